/* The device and the home network: ports, addresses, speed, load, firmware, profile. */
#include <stdint.h>

#include "acs/base/text.h"
#include "provisioning/verdict/judge.h"

/* ---- ports ---- */

static bool is_slow_port(const struct judge *judge, const struct fact *rate)
{
    static const char *const up[] = {"Up", "Connected", NULL};
    const struct fact *status = judge_look(judge, judge_beside(judge, rate, "status"));

    return rate->key == KEY_PORT_RATE && judge_trusts(judge, rate) && rate->number > 0 &&
           rate->number <= judge_limit(judge, THRESHOLD_PORT_RATE) &&
           (status == NULL || judge_word_in(status, up)) &&
           !judge_flag_is(judge_look(judge, judge_beside(judge, rate, "upstream")), true);
}

static const struct fact *find_slow_port(const struct judge *judge)
{
    const struct facts *facts = &judge->question->facts;

    for (const struct fact *fact = facts_first(facts, "lan.ports."); fact != NULL;
         fact = facts_next(facts, fact, "lan.ports."))
        if (is_slow_port(judge, fact))
            return fact;
    return NULL;
}

/* The port to the internet, where that is a cable. */
static const struct fact *find_slow_entry(const struct judge *judge)
{
    static const char *const ethernet[] = {"ethernet", NULL};
    const struct fact *rate = judge_look(judge, "wan.link_mbps");

    if (rate == NULL || rate->number <= 0 || rate->number > judge_limit(judge, THRESHOLD_PORT_RATE) ||
        !judge_word_in(judge_look(judge, "technology"), ethernet))
        return NULL;
    return rate;
}

bool rule_lan_100(struct judge *judge)
{
    const struct fact *entry = find_slow_entry(judge);
    const struct fact *rate = entry != NULL ? entry : find_slow_port(judge);
    const struct fact *plan = rate != NULL ? judge_need(judge, "plan.down_mbps") : NULL;

    if (plan == NULL || plan->number <= judge_limit(judge, THRESHOLD_PORT_RATE))
        return false;
    judge->shape = entry != NULL;
    judge_cite(judge, rate, THRESHOLD_PORT_RATE);
    judge_cite(judge, plan, THRESHOLD_COUNT);
    if (entry == NULL) {
        const char *row = rate->name + sizeof("lan.ports.") - 1;
        const char *number = arena_memdup(judge->arena, row, strspn(row, "0123456789"));

        judge_say(judge, "n", number, number);
    }
    judge_say_number(judge, "x", rate->number);
    judge_say_number(judge, "plan", plan->number);
    return true;
}

/* ---- addresses ---- */

static bool read_ipv4(const char *text, uint32_t *ret)
{
    uint32_t address = 0;

    for (int part = 0; part < 4; part++) {
        size_t len = strspn(text, "0123456789");
        uint32_t number = 0;

        if (len == 0 || len > 3)
            return false;
        for (size_t i = 0; i < len; i++)
            number = number * 10 + (uint32_t)(text[i] - '0');
        text += len;
        if (number > 255 || *text != (part < 3 ? '.' : '\0'))
            return false;
        address = address << 8 | number;
        text += part < 3;
    }
    *ret = address;
    return true;
}

static bool holds_address(const struct judge *judge, const struct fact *ip, uint32_t from, uint32_t to)
{
    const struct fact *active = judge_look(judge, judge_beside(judge, ip, "active"));
    const struct fact *lease = judge_look(judge, judge_beside(judge, ip, "lease_s"));
    uint32_t address;

    if (ip->key != KEY_HOST_IP || !judge_trusts(judge, ip) || !read_ipv4(ip->text, &address) ||
        address < from || address > to)
        return false;
    return !judge_flag_is(active, false) || (lease != NULL && (lease->number > 0 || lease->number < 0));
}

static double count_addresses(struct judge *judge, uint32_t from, uint32_t to)
{
    const struct facts *facts = &judge->question->facts;
    const struct fact *oldest = NULL;
    double count = 0;

    for (const struct fact *fact = facts_first(facts, "lan.hosts."); fact != NULL;
         fact = facts_next(facts, fact, "lan.hosts.")) {
        if (!holds_address(judge, fact, from, to))
            continue;
        oldest = oldest == NULL || fact->at_us < oldest->at_us ? fact : oldest;
        count++;
    }
    judge_cite(judge, oldest, THRESHOLD_COUNT);
    return count;
}

bool rule_dhcp_full(struct judge *judge)
{
    const struct fact *from = judge_need(judge, "lan.dhcp.from");
    const struct fact *to = judge_need(judge, "lan.dhcp.to");
    uint32_t first, last;
    double size, used;

    if (from == NULL || to == NULL || judge_flag_is(judge_look(judge, "lan.dhcp.enabled"), false) ||
        !read_ipv4(from->text, &first) || !read_ipv4(to->text, &last) || last < first)
        return false;
    judge_cite(judge, from, THRESHOLD_COUNT);
    judge_cite(judge, to, THRESHOLD_COUNT);
    size = (double)last - (double)first + 1;
    used = count_addresses(judge, first, last);
    judge_cite_made(judge, "lan.dhcp.used_percent", 100 * used / size, "%", THRESHOLD_DHCP_FULL);
    judge_say_number(judge, "n", used);
    judge_say_number(judge, "m", size);
    return 100 * used / size >= judge_limit(judge, THRESHOLD_DHCP_FULL);
}

/* ---- speed ---- */

/* No model can show more than it can measure. */
static double goal_of(struct judge *judge, const struct fact *plan)
{
    const struct fact *ceiling = judge_look(judge, "speed.ceiling_mbps");
    double most = ceiling != NULL && ceiling->number < plan->number ? ceiling->number : plan->number;

    return most * judge_limit(judge, THRESHOLD_SPEED) / 100;
}

bool rule_slow(struct judge *judge)
{
    static const struct {
        const char *plan, *test;
    } ways[] = {
        {"plan.down_mbps", "test.download_mbps"},
        {"plan.up_mbps",   "test.upload_mbps"  },
    };

    for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
        const struct fact *plan = judge_need(judge, ways[i].plan);
        const struct fact *speed = judge_need(judge, ways[i].test);

        if (plan == NULL || speed == NULL || speed->number >= goal_of(judge, plan))
            continue;
        judge_cite(judge, speed, THRESHOLD_SPEED);
        judge_cite(judge, plan, THRESHOLD_COUNT);
        judge_cite(judge, judge_look(judge, "speed.ceiling_mbps"), THRESHOLD_COUNT);
        judge_say_number(judge, "x", speed->number);
        judge_say_number(judge, "plan", plan->number);
        return true;
    }
    return false;
}

/* ---- load ---- */

static bool is_out_of_memory(struct judge *judge)
{
    const struct fact *total = judge_look(judge, "device.memory_total_kb");
    const struct fact *left = judge_look(judge, "device.memory_free_kb");
    const struct fact *used = judge_look(judge, "device.memory_percent");
    double part;

    if (total != NULL && left != NULL && total->number > 0) {
        part = 100 * left->number / total->number;
        if (part >= judge_limit(judge, THRESHOLD_MEMORY_FREE))
            return false;
        judge_cite(judge, left, THRESHOLD_COUNT);
        judge_cite(judge, total, THRESHOLD_COUNT);
        judge_cite_made(judge, "device.memory_free_percent", part, "%", THRESHOLD_MEMORY_FREE);
        return true;
    }
    if (used == NULL) {
        judge_note_missing(judge, "device.memory_free_kb");
        return false;
    }
    if (100 - used->number >= judge_limit(judge, THRESHOLD_MEMORY_FREE))
        return false;
    judge_cite(judge, used, THRESHOLD_COUNT);
    judge_cite_made(judge, "device.memory_free_percent", 100 - used->number, "%", THRESHOLD_MEMORY_FREE);
    return true;
}

bool rule_overload(struct judge *judge)
{
    const struct fact *cpu = judge_need(judge, "device.cpu_percent");
    bool busy = cpu != NULL && cpu->number > judge_limit(judge, THRESHOLD_CPU);

    if (busy)
        judge_cite(judge, cpu, THRESHOLD_CPU);
    return is_out_of_memory(judge) || busy;
}

/* ---- firmware, profile ---- */

static bool firmware_is(struct judge *judge, const char *state)
{
    const char *const words[] = {state, NULL};
    const struct fact *fact = judge_need(judge, "firmware.state");
    const struct fact *target = judge_look(judge, "firmware.target");

    judge_cite(judge, fact, THRESHOLD_COUNT);
    judge_cite(judge, judge_look(judge, "device.software"), THRESHOLD_COUNT);
    judge_cite(judge, target, THRESHOLD_COUNT);
    judge_say(judge, "version", target != NULL ? target->text : "aprovada",
              target != NULL ? target->text : "that is approved");
    return judge_word_in(fact, words);
}

bool rule_fw_bad(struct judge *judge)
{
    return firmware_is(judge, "bad");
}

bool rule_fw_old(struct judge *judge)
{
    return firmware_is(judge, "old");
}

bool rule_drift(struct judge *judge)
{
    const struct fact *differences = judge_need(judge, "profile.differences");

    if (differences == NULL || differences->number < judge_limit(judge, THRESHOLD_DIFFERENCES))
        return false;
    judge_cite(judge, differences, THRESHOLD_DIFFERENCES);
    judge_say_number(judge, "n", differences->number);
    return true;
}
