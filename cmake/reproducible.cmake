# The same sources give the same package, bit by bit: all that has a time in it has that of the sources. This is
# SOURCE_DATE_EPOCH (reproducible-builds.org) if set, else the time of the last commit, else of the last change to the
# changelog.
#
# Sets ENV{SOURCE_DATE_EPOCH}, for string(TIMESTAMP), O2S_SOURCE_DATE to the same seconds, for CPack, and O2S_SAME_PATHS
# to options of the compiler with which the program does not contain where it was built.

# Of two that fit, gcc takes the last one.
set(O2S_SAME_PATHS -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=.)

if("$ENV{SOURCE_DATE_EPOCH}" STREQUAL "")
  execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} log -1 --format=%ct
    OUTPUT_VARIABLE O2S_SOURCE_DATE OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE STATUS)
  if(NOT STATUS EQUAL 0)
    file(TIMESTAMP ${CMAKE_SOURCE_DIR}/CHANGELOG.md O2S_SOURCE_DATE %s UTC)
  endif()
  set(ENV{SOURCE_DATE_EPOCH} ${O2S_SOURCE_DATE})
endif()
set(O2S_SOURCE_DATE $ENV{SOURCE_DATE_EPOCH})
