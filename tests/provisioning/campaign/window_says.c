/* For test_windows.py: lines of numbers in, until when it is open out. */
#include <stdio.h>
#include <stdlib.h>

#include "provisioning/campaign/window.h"

enum { NUMBERS = 7, LINE = 256 };

int main(void)
{
    char line[LINE];

    while (fgets(line, sizeof(line), stdin) != NULL) {
        long long n[NUMBERS];
        char *at = line;

        for (int i = 0; i < NUMBERS; i++)
            n[i] = strtoll(at, &at, 10);
        struct campaign_window window = {.days = (uint8_t)n[0], .from = (uint16_t)n[1], .to = (uint16_t)n[2]};
        struct campaign_zone zone = {.offset_s = n[4], .change_us = n[5] * 1000000, .after_s = n[6]};

        printf("%lld\n", (long long)campaign_open_until(&window, 1, &zone, n[3] * 1000000) / 1000000);
    }
    return 0;
}
