# shop_embed_sql(<output.cpp>)
#
# Writes a source that holds every file of migrations/ as text, so that the program needs no files
# beside it. Runs when CMake configures; a changed or new .sql file configures again.
function(shop_embed_sql output)
  set(migrations "")
  set(projections "")
  set(keys "")
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/migrations
       ${CMAKE_SOURCE_DIR}/migrations/*.sql ${CMAKE_SOURCE_DIR}/migrations/projections/*.sql
       ${CMAKE_SOURCE_DIR}/migrations/keys/*.sql)
  list(SORT files)
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                 ${CMAKE_SOURCE_DIR}/migrations/${file})
    file(READ ${CMAKE_SOURCE_DIR}/migrations/${file} text)
    get_filename_component(name ${file} NAME_WE)
    set(entry "    {\"${name}\", R\"~sql~(${text})~sql~\"},\n")
    if(file MATCHES "^projections/")
      string(APPEND projections "${entry}")
    elseif(file MATCHES "^keys/")
      string(APPEND keys "${entry}")
    else()
      string(APPEND migrations "${entry}")
    endif()
  endforeach()
  # No lists here: a list would lose the semicolons of SQL.
  string(CONCAT source "// Written by cmake/embed.cmake.\n#include \"projections/migrate.hpp\"\n\n"
      "namespace shop::projections {\nnamespace {\n\n"
      "const std::initializer_list<SqlFile> kMigrations = {\n${migrations}};\n"
      "const std::initializer_list<SqlFile> kProjections = {\n${projections}};\n"
      "const std::initializer_list<SqlFile> kKeys = {\n${keys}};\n\n"
      "}  // namespace\n\n"
      "std::span<const SqlFile> migration_files() {\n"
      "    return {kMigrations.begin(), kMigrations.size()};\n}\n"
      "std::span<const SqlFile> projection_files() {\n"
      "    return {kProjections.begin(), kProjections.size()};\n}\n"
      "std::span<const SqlFile> key_migration_files() {\n"
      "    return {kKeys.begin(), kKeys.size()};\n}\n\n"
      "}  // namespace shop::projections\n")
  file(CONFIGURE OUTPUT ${output} CONTENT "${source}" @ONLY)
endfunction()

# shop_embed_pages(<output.cpp>): likewise for the files of api/pages/.
function(shop_embed_pages output)
  set(pages "")
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/api/pages
       ${CMAKE_SOURCE_DIR}/api/pages/*.html ${CMAKE_SOURCE_DIR}/api/pages/*.css
       ${CMAKE_SOURCE_DIR}/api/pages/*.js)
  list(SORT files)
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                 ${CMAKE_SOURCE_DIR}/api/pages/${file})
    file(READ ${CMAKE_SOURCE_DIR}/api/pages/${file} text)
    string(APPEND pages "    {\"${file}\", R\"~page~(${text})~page~\"},\n")
  endforeach()
  string(CONCAT source "// Written by cmake/embed.cmake.\n#include \"api/pages/pages.hpp\"\n\n"
      "namespace shop::api {\nnamespace {\n\n"
      "const std::initializer_list<Page> kPages = {\n${pages}};\n\n}  // namespace\n\n"
      "std::span<const Page> all_pages() {\n    return {kPages.begin(), kPages.size()};\n}\n\n"
      "}  // namespace shop::api\n")
  file(CONFIGURE OUTPUT ${output} CONTENT "${source}" @ONLY)
endfunction()
