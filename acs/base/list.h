/*
 * An intrusive list, linked both ways: the links live in the members, so that adding and removing allocate
 * nothing and a member is taken out without knowing its list.
 *
 *     struct session {
 *         struct list link;
 *         …
 *     };
 *
 *     LIST_EACH (at, &sessions) {
 *         struct session *session = container_of(at, struct session, link);
 *         …
 *     }
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct list { /* the head, and the link of a member */
    struct list *previous;
    struct list *next;
};

#define container_of(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* An empty list, or a member of none. */
static inline void list_init(struct list *list)
{
    list->previous = list;
    list->next = list;
}

static inline bool list_is_empty(const struct list *head)
{
    return head->next == head;
}

/* To the end. item must not be in a list. */
static inline void list_append(struct list *head, struct list *item)
{
    item->previous = head->previous;
    item->next = head;
    head->previous->next = item;
    head->previous = item;
}

/* An item that is in no list, but was initialised, may be removed, too. */
static inline void list_remove(struct list *item)
{
    item->previous->next = item->next;
    item->next->previous = item->previous;
    list_init(item);
}

/* NULL: the list is empty. */
static inline struct list *list_first(const struct list *head)
{
    return head->next == head ? NULL : head->next;
}

/* From the first to the last. The body may remove (or free) the item it was given, no other. */
#define LIST_EACH(item, head)                                                         \
    for (struct list *item = (head)->next, *item##_next = item->next; item != (head); \
         item = item##_next, item##_next = item->next)
