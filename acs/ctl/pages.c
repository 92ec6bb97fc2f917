#include "acs/ctl/pages.h"

#include <string.h>

#include "acs/api/url.h"
#include "acs/ctl/rest.h"

enum { DEFAULT_LIMIT = 50, PAGE_MAX = 200, PAGE_ARENA = 1 << 20 };

/* What --limit and --all say: how many rows at most. */
static enum ctl_exit read_limit(const struct ctl *ctl, uint64_t *ret)
{
    *ret = ctl_has(ctl, OPTION_ALL) ? UINT64_MAX : DEFAULT_LIMIT;
    if (!ctl_has(ctl, OPTION_LIMIT))
        return CTL_OK;
    if (text_read_u64(ctl->values[OPTION_LIMIT], ret) != ERR_OK || *ret == 0)
        return ctl_fail(CTL_USAGE, "--limit: '%s' is no number of rows", ctl->values[OPTION_LIMIT]);
    return CTL_OK;
}

/* One page; ret_after gets the cursor of the next one in the arena of the cells, NULL: this was the last. */
static enum ctl_exit print_page(struct ctl *ctl, const struct pages *pages, struct output_list *list,
                                uint64_t *left, const char **after)
{
    unsigned limit = *left < PAGE_MAX ? (unsigned)*left : PAGE_MAX;
    const struct json *page = NULL;
    const struct json *data;
    const char *path = arena_printf(ctl->arena, "%s?limit=%u%s%s%s", pages->path, limit, pages->query,
                                    *after == NULL ? "" : "&after=", *after == NULL ? "" : *after);
    enum ctl_exit code = rest_get(ctl, path, &page);

    if (code != CTL_OK)
        return code;
    data = json_get(page, "data");
    for (size_t i = 0; i < json_count(data); i++)
        output_row(list, json_at(data, i));
    *left -= json_count(data) < *left ? json_count(data) : *left;
    *after = json_string(json_get(page, "next"), NULL);
    if (*after != NULL)
        *after = url_encode(*after, list->arena);
    return CTL_OK;
}

enum ctl_exit pages_filters(struct ctl *ctl, struct text *query)
{
    for (unsigned i = 0; i < ctl->filter_count; i++) {
        const char *filter = ctl->filters[i];
        size_t key_len = strcspn(filter, "=");

        if (key_len == 0 || filter[key_len] == '\0')
            return ctl_fail(CTL_USAGE, "--filter: '%s' is not KEY=VALUE", filter);
        text_printf(query, "&%s=", url_encode(arena_memdup(ctl->arena, filter, key_len), ctl->arena));
        text_puts(query, url_encode(filter + key_len + 1, ctl->arena));
    }
    return CTL_OK;
}

enum ctl_exit pages_print(struct ctl *ctl, const struct pages *pages)
{
    struct arena *whole = ctl->arena;
    struct output_list list = {
        .ctl = ctl,
        .arena = whole,
        .columns = pages->columns,
        .column_count = pages->column_count,
        .name_member = pages->name_member,
    };
    const char *after = NULL;
    uint64_t left;
    enum ctl_exit code = read_limit(ctl, &left);

    if (code != CTL_OK)
        return code;
    output_open(&list);
    rest_forget(ctl);
    ctl->arena = arena_new(PAGE_ARENA); /* what a page needs goes with it: a list may be long */
    do {
        code = print_page(ctl, pages, &list, &left, &after);
        rest_forget(ctl);
        arena_reset(ctl->arena);
    } while (code == CTL_OK && after != NULL && left > 0);
    arena_free(ctl->arena);
    ctl->arena = whole;
    if (code == CTL_OK)
        output_close(&list);
    return code;
}
