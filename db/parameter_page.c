#include "db/parameter_page.h"

#include "acs/base/text.h"

enum { PAGE_OBJECTS = 4, PAGE_OBJECTS_TR098 = 5 };

size_t parameter_page_length(const char *name)
{
    unsigned left = text_starts_with(name, "InternetGatewayDevice.") ? PAGE_OBJECTS_TR098 : PAGE_OBJECTS;
    size_t len = 0;

    for (size_t i = 0; name[i] != '\0' && left > 0; i++) {
        if (name[i] != '.' || name[i + 1] == '\0')
            continue;
        len = i + 1;
        left--;
    }
    return len;
}
