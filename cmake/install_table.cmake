# Part of `cmake --install`: writes a route table that extends the shipped one to O2S_TABLE, unless a table of the
# administrator's is there. What an earlier installation wrote, and nobody changed, is replaced: its own such table, and
# the copy of the shipped one that earlier versions made. The first line of both names the file for
# editors where it was installed.
#
# Reads O2S_TABLE, O2S_TABLE_TEMPLATE, O2S_OLD_TABLES (checksums of what was installed before), O2S_DATA_FOLDER (where
# the shipped table was installed), CMAKE_INSTALL_PREFIX and $DESTDIR.

if(NOT IS_ABSOLUTE "${O2S_DATA_FOLDER}")
  set(O2S_DATA_FOLDER "${CMAKE_INSTALL_PREFIX}/${O2S_DATA_FOLDER}")
endif()
set(TABLE "$ENV{DESTDIR}${O2S_TABLE}")
set(WRITTEN "$ENV{DESTDIR}${O2S_DATA_FOLDER}/extension.yaml")
set(SHIPPED "$ENV{DESTDIR}${O2S_DATA_FOLDER}/routes.yaml")

if(NOT O2S_DATA_FOLDER STREQUAL "/usr/share/o2s-medusa")
  file(READ "${SHIPPED}" CONTENT)
  string(REPLACE "$schema=/usr/share/o2s-medusa/" "$schema=${O2S_DATA_FOLDER}/" CONTENT "${CONTENT}")
  file(WRITE "${SHIPPED}" "${CONTENT}")
endif()

# What TABLE is compared with: it was written from here.
set(O2S_SHIPPED_TABLE "${O2S_DATA_FOLDER}/routes.yaml")
set(O2S_TABLE_SCHEMA "${O2S_DATA_FOLDER}/routes.schema.json")
configure_file("${O2S_TABLE_TEMPLATE}" "${WRITTEN}" @ONLY)
file(SHA256 "${WRITTEN}" NEW)
file(SHA256 "${SHIPPED}" WHOLE)
set(OLD absent)
if(EXISTS "${TABLE}")
  file(SHA256 "${TABLE}" OLD)
endif()

list(APPEND O2S_OLD_TABLES ${WHOLE})
list(FIND O2S_OLD_TABLES ${OLD} KNOWN)
if(OLD STREQUAL NEW)
  message(STATUS "Up-to-date: ${TABLE}")
elseif(OLD STREQUAL "absent" OR NOT KNOWN EQUAL -1)
  message(STATUS "Installing: ${TABLE}")
  get_filename_component(FOLDER "${TABLE}" DIRECTORY)
  file(MAKE_DIRECTORY "${FOLDER}")
  configure_file("${WRITTEN}" "${TABLE}" COPYONLY)
else()
  message(STATUS "Kept: ${TABLE}, which you have changed")
endif()
