/*
 * The other half of a fuzz target in every build: runs it over each file of the directories named, which are
 * its corpus. What a fuzzer once found is a file there, and with it a test for all compilers.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/arena.h"
#include "tests/fuzz/fuzz.h"

enum { FILE_BYTES_MAX = 1 << 20 };

/* False: the file could not be read, or is too large to belong here. */
static bool run_file(const char *path)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct text bytes = TEXT_IN(arena);
    FILE *file = fopen(path, "rb");
    uint8_t *exact;
    size_t got;

    if (file == NULL)
        return false;
    while ((got = fread(text_room(&bytes, 4096), 1, 4096, file)) > 0 && bytes.len < FILE_BYTES_MAX)
        bytes.len += got;
    if (fclose(file) != 0 || bytes.len >= FILE_BYTES_MAX)
        return false;
    exact = heap_alloc(bytes.len); /* of its own, so that a sanitizer sees the end */
    memcpy(exact, bytes.data, bytes.len);
    LLVMFuzzerTestOneInput(exact, bytes.len);
    heap_free(exact);
    return true;
}

/* The number of files run; -1 after a message if one was not. */
static int run_directory(const char *path)
{
    AUTO_ARENA arena = arena_new(1024);
    DIR *directory = opendir(path);
    const struct dirent *entry;
    int count = 0;

    while (directory != NULL && count >= 0 && (entry = readdir(directory)) != NULL) {
        const char *name = arena_printf(arena, "%s/%s", path, entry->d_name);

        if (entry->d_name[0] == '.')
            continue;
        count = run_file(name) ? count + 1 : -1;
        if (count < 0)
            fprintf(stderr, "cannot read %s, or it has more than %d bytes\n", name, FILE_BYTES_MAX);
    }
    if (directory == NULL || closedir(directory) != 0) {
        perror(path);
        return -1;
    }
    if (count == 0)
        fprintf(stderr, "%s has no files: a target without seeds tests nothing\n", path);
    return count > 0 ? count : -1;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int count = run_directory(argv[i]);

        if (count < 0)
            return EXIT_FAILURE;
        printf("%d files of %s\n", count, argv[i]);
    }
    return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
