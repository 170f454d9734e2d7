# Part of `cmake --install`, before the files: O2S_OLD_TABLES becomes the checksums of what the last installation put
# there for the administrator's table.
#
# Reads O2S_DATA_FOLDER, CMAKE_INSTALL_PREFIX and $DESTDIR.

set(FOLDER "${O2S_DATA_FOLDER}")
if(NOT IS_ABSOLUTE "${FOLDER}")
  set(FOLDER "${CMAKE_INSTALL_PREFIX}/${FOLDER}")
endif()
set(O2S_OLD_TABLES "")
foreach(NAME routes.yaml extension.yaml)
  if(EXISTS "$ENV{DESTDIR}${FOLDER}/${NAME}")
    file(SHA256 "$ENV{DESTDIR}${FOLDER}/${NAME}" SUM)
    list(APPEND O2S_OLD_TABLES ${SUM})
  endif()
endforeach()
