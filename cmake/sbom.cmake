# The software bill of materials: `cmake --build build --target sbom` writes o2s-medusa.spdx.json (SPDX 2.3) with the name,
# version and licence of the program and of each library that it is linked with. This file is both the target and, by
# cmake -P, what it runs.
#
# Reads, when run: PROGRAM, VERSION, SOURCE_DATE, OUTPUT, LIBRARIES ("name version licence supplier;...").

if(NOT CMAKE_SCRIPT_MODE_FILE)
  execute_process(COMMAND getconf GNU_LIBC_VERSION OUTPUT_VARIABLE GLIBC OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  string(REGEX REPLACE "^glibc " "" GLIBC "${GLIBC}")
  # Names of licences: https://spdx.org/licenses/
  set(SBOM_LIBRARIES
    "libfcgi ${LIBRARIES_fcgi_VERSION} OML https://github.com/FastCGI-Archives/fcgi2"
    "libcurl ${LIBRARIES_libcurl_VERSION} curl https://curl.se"
    "json-c ${LIBRARIES_json-c_VERSION} MIT https://github.com/json-c/json-c"
    "libyaml ${LIBRARIES_yaml-0.1_VERSION} MIT https://github.com/yaml/libyaml"
    "glibc ${GLIBC} LGPL-2.1-or-later https://www.gnu.org/software/libc/")
  add_custom_target(sbom
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:o2s-medusa> -DVERSION=${PROJECT_VERSION}
            -DSOURCE_DATE=${O2S_SOURCE_DATE} -DOUTPUT=${CMAKE_BINARY_DIR}/o2s-medusa.spdx.json
            "-DLIBRARIES=${SBOM_LIBRARIES}" -P ${CMAKE_CURRENT_LIST_FILE}
    DEPENDS o2s-medusa
    VERBATIM)
  return()
endif()

set(ENV{SOURCE_DATE_EPOCH} ${SOURCE_DATE})
string(TIMESTAMP CREATED "%Y-%m-%dT%H:%M:%SZ" UTC)
file(SHA256 ${PROGRAM} SUM)

# package(ID NAME VERSION LICENCE ADDRESS REST): REST is further members of the object.
function(package ID NAME NUMBER LICENCE ADDRESS REST)
  set(OBJECT "    {
      \"SPDXID\": \"SPDXRef-${ID}\",
      \"name\": \"${NAME}\",
      \"versionInfo\": \"${NUMBER}\",
      \"downloadLocation\": \"NOASSERTION\",
      \"homepage\": \"${ADDRESS}\",
      \"filesAnalyzed\": false,
      \"licenseConcluded\": \"${LICENCE}\",
      \"licenseDeclared\": \"${LICENCE}\",
      \"copyrightText\": \"NOASSERTION\",${REST}
      \"externalRefs\": [
        {
          \"referenceCategory\": \"PACKAGE-MANAGER\",
          \"referenceType\": \"purl\",
          \"referenceLocator\": \"pkg:generic/${NAME}@${NUMBER}\"
        }
      ]
    }")
  set(PACKAGES "${PACKAGES}${COMMA}${OBJECT}" PARENT_SCOPE)
  set(COMMA ",\n" PARENT_SCOPE)
endfunction()

package(o2s-medusa o2s-medusa ${VERSION} MIT NOASSERTION "
      \"primaryPackagePurpose\": \"APPLICATION\",
      \"checksums\": [{\"algorithm\": \"SHA256\", \"checksumValue\": \"${SUM}\"}],")
set(RELATIONS "    {\"spdxElementId\": \"SPDXRef-DOCUMENT\", \"relationshipType\": \"DESCRIBES\",\
 \"relatedSpdxElement\": \"SPDXRef-o2s-medusa\"}")
foreach(LIBRARY IN LISTS LIBRARIES)
  separate_arguments(PARTS UNIX_COMMAND "${LIBRARY}")
  list(LENGTH PARTS COUNT)
  if(NOT COUNT EQUAL 4)
    message(FATAL_ERROR "The version of a library is not known: ${LIBRARY}")
  endif()
  list(GET PARTS 0 NAME)
  package(${NAME} ${PARTS} "
      \"primaryPackagePurpose\": \"LIBRARY\",")
  string(APPEND RELATIONS ",\n    {\"spdxElementId\": \"SPDXRef-o2s-medusa\", \"relationshipType\": \"DYNAMIC_LINK\",\
 \"relatedSpdxElement\": \"SPDXRef-${NAME}\"}")
endforeach()

string(SUBSTRING ${SUM} 0 32 ID)
file(WRITE ${OUTPUT} "{
  \"spdxVersion\": \"SPDX-2.3\",
  \"dataLicense\": \"CC0-1.0\",
  \"SPDXID\": \"SPDXRef-DOCUMENT\",
  \"name\": \"o2s-medusa-${VERSION}\",
  \"documentNamespace\": \"https://spdx.org/spdxdocs/o2s-medusa-${VERSION}-${ID}\",
  \"creationInfo\": {
    \"created\": \"${CREATED}\",
    \"creators\": [\"Organization: The o2s-medusa authors\"]
  },
  \"packages\": [
${PACKAGES}
  ],
  \"relationships\": [
${RELATIONS}
  ]
}
")
