# A Debian package: `cmake --build build --target package`, by CPack.
#
# Beside the program and the table it holds what only a package installs: units, environment, examples, manual pages.
# These are a component of their own, so that `cmake --install` leaves them alone.

set(O2S_MAINTAINER "The o2s-medusa authors <o2s-medusa@users.noreply.github.com>"
    CACHE STRING "Who stands for the package, as name and address")

set(PACKAGE_FOLDER ${CMAKE_BINARY_DIR}/package)
set(PACKAGE_SOURCES ${CMAKE_SOURCE_DIR}/deploy/debian)
set(DOC_FOLDER /usr/share/doc/o2s-medusa)

find_program(GZIP gzip)

# Policy wants them compressed as far as gzip can, and without a time in them.
function(compressed SOURCE NAME DESTINATION)
  set(OUTPUT ${PACKAGE_FOLDER}/${NAME}.gz)
  add_custom_command(
    OUTPUT ${OUTPUT}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PACKAGE_FOLDER}
    COMMAND ${GZIP} -9nc ${SOURCE} > ${OUTPUT}
    DEPENDS ${SOURCE}
    VERBATIM)
  set_property(GLOBAL APPEND PROPERTY PACKAGE_OUTPUTS ${OUTPUT})
  install(FILES ${OUTPUT} DESTINATION ${DESTINATION} COMPONENT package EXCLUDE_FROM_ALL)
endfunction()

if(GZIP)
  string(TIMESTAMP CHANGELOG_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
  configure_file(${PACKAGE_SOURCES}/changelog.in ${PACKAGE_FOLDER}/changelog @ONLY)
  compressed(${PACKAGE_FOLDER}/changelog changelog.Debian ${DOC_FOLDER})
  compressed(${CMAKE_SOURCE_DIR}/doc/o2s-medusa.1 o2s-medusa.1 /usr/share/man/man1)
  compressed(${CMAKE_SOURCE_DIR}/doc/o2s-medusa-test.5 o2s-medusa-test.5 /usr/share/man/man5)
  compressed(${CMAKE_SOURCE_DIR}/doc/routes.yaml.5 routes.yaml.5 /usr/share/man/man5)
  get_property(PACKAGE_OUTPUTS GLOBAL PROPERTY PACKAGE_OUTPUTS)
  add_custom_target(package-files ALL DEPENDS ${PACKAGE_OUTPUTS})
endif()

set(AS_PACKAGE COMPONENT package EXCLUDE_FROM_ALL)
# What postinst writes to /etc/o2s-medusa/routes.yaml. (cmake/install_table.cmake writes it where it is not a package.)
set(O2S_SHIPPED_TABLE /usr/share/o2s-medusa/routes.yaml)
set(O2S_TABLE_SCHEMA /usr/share/o2s-medusa/routes.schema.json)
configure_file(${CMAKE_SOURCE_DIR}/deploy/routes.yaml.in ${PACKAGE_FOLDER}/extension.yaml @ONLY)
install(FILES ${PACKAGE_FOLDER}/extension.yaml DESTINATION /usr/share/o2s-medusa ${AS_PACKAGE})
install(FILES deploy/environment DESTINATION /etc/o2s-medusa PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ
        ${AS_PACKAGE})
install(PROGRAMS deploy/worker DESTINATION /usr/lib/o2s-medusa ${AS_PACKAGE})
install(FILES deploy/systemd/o2s-medusa.service deploy/systemd/o2s-medusa.socket DESTINATION /lib/systemd/system
        ${AS_PACKAGE})
install(DIRECTORY deploy/nginx deploy/apache deploy/haproxy deploy/caddy deploy/lighttpd deploy/logrotate
        deploy/monitoring
        DESTINATION ${DOC_FOLDER}/examples
        FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ ${AS_PACKAGE})
# The integration package for O2S, without its tests.
install(DIRECTORY deploy/o2s DESTINATION ${DOC_FOLDER}/examples ${AS_PACKAGE}
        PATTERN node_modules EXCLUDE PATTERN dist EXCLUDE PATTERN dist-test EXCLUDE PATTERN test EXCLUDE
        PATTERN ".*" EXCLUDE)
# The examples of tables are beside the table that they extend.
file(CREATE_LINK ../../../o2s-medusa/examples/tables ${PACKAGE_FOLDER}/tables SYMBOLIC)
install(FILES ${PACKAGE_FOLDER}/tables DESTINATION ${DOC_FOLDER}/examples ${AS_PACKAGE})
install(FILES ${PACKAGE_SOURCES}/README.Debian ${PACKAGE_SOURCES}/copyright DESTINATION ${DOC_FOLDER} ${AS_PACKAGE})
install(FILES ${PACKAGE_SOURCES}/lintian-overrides DESTINATION /usr/share/lintian/overrides RENAME o2s-medusa
        ${AS_PACKAGE})

# cpack sets the times of files by it.
file(WRITE ${PACKAGE_FOLDER}/source-date.cmake "set(ENV{SOURCE_DATE_EPOCH} ${O2S_SOURCE_DATE})\n")
set(CPACK_PROJECT_CONFIG_FILE ${PACKAGE_FOLDER}/source-date.cmake)
set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};${PROJECT_NAME};Unspecified;/"
                                 "${CMAKE_BINARY_DIR};${PROJECT_NAME};package;/")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME o2s-medusa)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "${O2S_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "O2S commerce API over Medusa, as a FastCGI application")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "\
Serves the commerce API of Open Self Service (products, carts, checkout,
orders, customer addresses, payments) from a Medusa v2 store: a pool of small
worker processes behind nginx, Apache or lighttpd. What each endpoint asks of
Medusa, and what its answer looks like, stands in one file, which
/etc/o2s-medusa/routes.yaml extends.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The dependencies are those that dpkg-shlibdeps derives from symbols, which an option of libcurl is not. So what is
# older than the versions of CMakeLists.txt is excluded in another way: a second dependency on a package is an error.
set(CPACK_DEBIAN_PACKAGE_BREAKS "libfcgi0ldbl (<< ${O2S_MINIMUM_FCGI}), libcurl4 (<< ${O2S_MINIMUM_CURL}), \
libjson-c5 (<< ${O2S_MINIMUM_JSON_C}), libyaml-0-2 (<< ${O2S_MINIMUM_YAML})")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS multiwatch)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nginx | apache2 | lighttpd, spawn-fcgi")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PACKAGE_SOURCES}/conffiles ${PACKAGE_SOURCES}/postinst
                                       ${PACKAGE_SOURCES}/prerm ${PACKAGE_SOURCES}/postrm)
include(CPack)
