/* For test_windows.py: lines of numbers in, until when it is open out. */
#include <stdio.h>

#include "provisioning/campaign/window.h"

int main(void)
{
    struct campaign_window window;
    struct campaign_zone zone;
    unsigned days, from, to;
    long long now, offset, change, after;

    while (scanf("%u %u %u %lld %lld %lld %lld", &days, &from, &to, &now, &offset, &change, &after) == 7) {
        window = (struct campaign_window){.days = (uint8_t)days, .from = (uint16_t)from, .to = (uint16_t)to};
        zone = (struct campaign_zone){.offset_s = offset, .change_us = change * 1000000, .after_s = after};
        printf("%lld\n", (long long)campaign_open_until(&window, 1, &zone, now * 1000000) / 1000000);
    }
    return 0;
}
