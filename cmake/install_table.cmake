# Part of `cmake --install`: copies the shipped route table to O2S_TABLE, unless there is one already. The first line of
# both names the file for editors where it was installed.
#
# Reads O2S_TABLE, O2S_DATA_FOLDER (where the shipped one was installed), CMAKE_INSTALL_PREFIX and $DESTDIR.

if(NOT IS_ABSOLUTE "${O2S_DATA_FOLDER}")
  set(O2S_DATA_FOLDER "${CMAKE_INSTALL_PREFIX}/${O2S_DATA_FOLDER}")
endif()
set(TABLE "$ENV{DESTDIR}${O2S_TABLE}")
set(SHIPPED "$ENV{DESTDIR}${O2S_DATA_FOLDER}/routes.yaml")

if(NOT O2S_DATA_FOLDER STREQUAL "/usr/share/o2s-medusa")
  file(READ "${SHIPPED}" CONTENT)
  string(REPLACE "$schema=/usr/share/o2s-medusa/" "$schema=${O2S_DATA_FOLDER}/" CONTENT "${CONTENT}")
  file(WRITE "${SHIPPED}" "${CONTENT}")
endif()

if(NOT EXISTS "${TABLE}")
  get_filename_component(FOLDER "${TABLE}" DIRECTORY)
  message(STATUS "Installing: ${TABLE}")
  file(MAKE_DIRECTORY "${FOLDER}")
  configure_file("${SHIPPED}" "${TABLE}" COPYONLY)
else()
  file(SHA256 "${TABLE}" OLD)
  file(SHA256 "${SHIPPED}" NEW)
  if(OLD STREQUAL NEW)
    message(STATUS "Up-to-date: ${TABLE}")
  else()
    message(STATUS "Kept: ${TABLE}, which differs from ${SHIPPED}")
  endif()
endif()
