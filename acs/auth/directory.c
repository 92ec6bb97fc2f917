#include "acs/auth/directory.h"

#include <ctype.h>
#include <ldap.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "acs/auth/directory_wire.h"
#include "acs/base/clock.h"
#include "acs/base/text_file.h"

enum { PASSWORD_FILE_MAX = 4096, LOGIN_MAX = 64, NAME_MAX_CHARACTERS = 100, VALUE_MAX = 2048 };
enum { ATTRIBUTES_MAX = 3, ENTRIES_WANTED = 2, GROUPS_MAX = 1024 }; /* the second entry is one too many */

struct directory {
    struct directory_settings settings;
    char *bind_password;
    bool start_tls;
    atomic_bool stopped;
};

static void close_ldap(LDAP **ldap)
{
    if (*ldap != NULL)
        ldap_unbind_ext_s(*ldap, NULL, NULL);
}

static void free_result(LDAPMessage **result)
{
    ldap_msgfree(*result);
}

static void free_values(struct berval ***values)
{
    ldap_value_free_len(*values);
}

#define AUTO_LDAP   __attribute__((cleanup(close_ldap))) LDAP *
#define AUTO_RESULT __attribute__((cleanup(free_result))) LDAPMessage *
#define AUTO_VALUES __attribute__((cleanup(free_values))) struct berval **

/* ---- settings ---- */

static enum err check_one_url(const char *url, const char **ret_scheme)
{
    LDAPURLDesc *parts = NULL;
    bool good = ldap_url_parse(url, &parts) == LDAP_URL_SUCCESS;

    *ret_scheme = good && strcmp(parts->lud_scheme, "ldaps") == 0  ? "ldaps"
                  : good && strcmp(parts->lud_scheme, "ldap") == 0 ? "ldap"
                                                                   : NULL;
    good = *ret_scheme != NULL && parts->lud_host != NULL && parts->lud_host[0] != '\0' &&
           (parts->lud_dn == NULL || parts->lud_dn[0] == '\0');
    ldap_free_urldesc(parts);
    return good ? ERR_OK
                : err_set(ERR_INVALID, "directory.url: '%.128s' is not ldaps://host:port or ldap://host:port",
                          url);
}

/* One or several, that are alike. */
static enum err check_urls(const char *urls, const char **ret_scheme)
{
    AUTO_ARENA arena = arena_new(1024);
    char *rest = arena_strdup(arena, urls);
    const char *first = NULL;

    for (char *url; (url = strsep(&rest, " ")) != NULL;) {
        if (*url == '\0')
            continue;
        TRY(check_one_url(url, ret_scheme));
        if (first != NULL && strcmp(first, *ret_scheme) != 0)
            return err_set(ERR_INVALID, "directory.url: either all are ldaps:// or all are ldap://");
        first = *ret_scheme;
    }
    return first != NULL ? ERR_OK : err_set(ERR_INVALID, "directory.url: it is blank");
}

static enum err check_filter(const char *setting, const char *filter, bool names_somebody)
{
    size_t len = strlen(filter);

    if (len > 2 && filter[0] == '(' && filter[len - 1] == ')' && names_somebody)
        return ERR_OK;
    return err_set(
        ERR_INVALID,
        "directory.%s: '%.128s' is not a filter in brackets that names the person: ({login}), ({dn})",
        setting, filter);
}

static enum err check_texts(const struct directory_settings *settings)
{
    const char *group_filter = settings->group_filter;

    if (settings->base[0] == '\0' || settings->login_attribute[0] == '\0' ||
        settings->name_attribute[0] == '\0')
        return err_set(ERR_INVALID, "directory.base, login_attribute, name_attribute: none may be empty");
    if (settings->group_base[0] == '\0' && settings->group_attribute[0] == '\0')
        return err_set(ERR_INVALID, "directory.group_attribute, group_base: one of them must say the groups");
    TRY(check_filter("filter", settings->filter, strstr(settings->filter, "{login}") != NULL));
    if (settings->group_base[0] == '\0')
        return ERR_OK;
    return check_filter("group_filter", group_filter,
                        strstr(group_filter, "{dn}") != NULL || strstr(group_filter, "{login}") != NULL);
}

/* Its first line; an account without a password would be one without a name. */
static enum err read_password(const struct directory_settings *settings, char **ret)
{
    AUTO_ARENA arena = arena_new(PASSWORD_FILE_MAX);
    const char *text = NULL;

    if (settings->bind_dn[0] == '\0')
        return ERR_OK;
    TRY(err_while(text_file_read(settings->bind_password_file, PASSWORD_FILE_MAX, arena, &text),
                  "directory.bind_password_file"));
    *ret = heap_strdup(arena_memdup(arena, text, strcspn(text, "\r\n")));
    return **ret != '\0' ? ERR_OK
                         : err_set(ERR_INVALID, "directory.bind_password_file: its first line is empty");
}

/* ---- the connection ---- */

/* What became of an operation, in libldap's words and the directory's own. */
static enum err fail(LDAP *ldap, int code, const char *doing)
{
    static const int of_absence[] = {LDAP_SERVER_DOWN,    LDAP_TIMEOUT,     LDAP_TIMELIMIT_EXCEEDED,
                                     LDAP_BUSY,           LDAP_UNAVAILABLE, LDAP_LOCAL_ERROR,
                                     LDAP_DECODING_ERROR, LDAP_NO_MEMORY};
    enum err err = ERR_INVALID;
    char *more = NULL;

    for (size_t i = 0; i < sizeof(of_absence) / sizeof(*of_absence); i++)
        if (code == of_absence[i])
            err = ERR_UNAVAILABLE;
    ldap_get_option(ldap, LDAP_OPT_DIAGNOSTIC_MESSAGE, &more);
    err_set(err, "%s: %s%s%.200s", doing, ldap_err2string(code), more != NULL && *more != '\0' ? ": " : "",
            more != NULL ? more : "");
    ldap_memfree(more);
    return err;
}

/* One question with its answer, all in the time that there is for it. */
struct question {
    struct directory *directory;
    LDAP *ldap;
    const char *login;
    struct arena *arena;
    struct directory_wire wire;
    char *dn; /* of the entry; NULL: there is none */
    struct directory_person person;
    const char **groups;
};

/* Before each step: what follows ends in time. */
static enum err keep_time(const struct question *question)
{
    int64_t left_us = question->wire.until_us - clock_mono_us();
    struct timeval left = {.tv_sec = left_us / US_PER_S, .tv_usec = left_us % US_PER_S};

    if (atomic_load(&question->directory->stopped))
        return err_set(ERR_UNAVAILABLE, "the server is being stopped");
    if (left_us <= 0)
        return err_set(ERR_UNAVAILABLE, "the directory is too slow");
    ldap_set_option(question->ldap, LDAP_OPT_NETWORK_TIMEOUT, &left);
    ldap_set_option(question->ldap, LDAP_OPT_TIMEOUT, &left);
    return ERR_OK;
}

/* All that ldap.conf and the environment could have said otherwise. */
static enum err set_options(LDAP *ldap, const struct directory_settings *settings)
{
    static const int version = LDAP_VERSION3, never = LDAP_DEREF_NEVER, none = LDAP_NO_LIMIT,
                     demand = LDAP_OPT_X_TLS_DEMAND, newest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, client = 0;
    const struct {
        int option;
        const void *value;
    } options[] = {
        {LDAP_OPT_PROTOCOL_VERSION,   &version         },
        {LDAP_OPT_REFERRALS,          LDAP_OPT_OFF     },
        {LDAP_OPT_RESTART,            LDAP_OPT_OFF     },
        {LDAP_OPT_DEREF,              &never           },
        {LDAP_OPT_SIZELIMIT,          &none            },
        {LDAP_OPT_TIMELIMIT,          &none            },
        {LDAP_OPT_X_TLS_CACERTFILE,   settings->ca_file},
        {LDAP_OPT_X_TLS_REQUIRE_CERT, &demand          },
        {LDAP_OPT_X_TLS_PROTOCOL_MIN, &newest          },
        {LDAP_OPT_X_TLS_NEWCTX,       &client          },
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
        if (ldap_set_option(ldap, options[i].option, options[i].value) != LDAP_OPT_SUCCESS)
            return err_set(ERR_INVALID, "directory.ca_file: %s cannot be used (option %#x)",
                           settings->ca_file, (unsigned)options[i].option);
    return ERR_OK;
}

static enum err make_handle(const struct directory_settings *settings, LDAP **ret)
{
    int code = ldap_initialize(ret, settings->url);

    if (code != LDAP_SUCCESS)
        return err_set(ERR_INVALID, "directory.url: %s", ldap_err2string(code));
    return set_options(*ret, settings);
}

static enum err dial(struct question *question)
{
    int code;

    TRY(keep_time(question));
    code = ldap_connect(question->ldap);
    if (code != LDAP_SUCCESS)
        return fail(question->ldap, code, "the directory cannot be reached");
    if (!question->directory->start_tls)
        return ERR_OK;
    TRY(keep_time(question));
    code = ldap_start_tls_s(question->ldap, NULL, NULL);
    return code == LDAP_SUCCESS ? ERR_OK : fail(question->ldap, code, "no TLS with the directory");
}

/* The code of the answer; nothing is sent for the empty password. */
static enum err bind_as(struct question *question, const char *dn, struct secret password, int *ret_code)
{
    struct berval credentials = {.bv_len = strlen(password.hidden),
                                 .bv_val = arena_strdup(question->arena, password.hidden)};

    TRY(keep_time(question));
    if (dn[0] == '\0' || credentials.bv_len == 0)
        return err_set(ERR_INTERNAL, "a bind without a name or a password would be one of nobody");
    *ret_code = ldap_sasl_bind_s(question->ldap, dn, LDAP_SASL_SIMPLE, &credentials, NULL, NULL, NULL);
    crypto_wipe(credentials.bv_val, credentials.bv_len);
    return ERR_OK;
}

static enum err bind_service(struct question *question)
{
    const struct directory *directory = question->directory;
    int code = LDAP_SUCCESS;

    if (directory->bind_password != NULL)
        TRY(bind_as(question, directory->settings.bind_dn, (struct secret){directory->bind_password}, &code));
    return code == LDAP_SUCCESS ? ERR_OK : fail(question->ldap, code, "directory.bind_dn");
}

/* ---- the entry ---- */

static enum err search(const struct question *question, const char *base, const char *filter,
                       const char *const names[ATTRIBUTES_MAX], int most, LDAPMessage **ret)
{
    char *attributes[ATTRIBUTES_MAX + 1] = {NULL};
    int code;

    for (size_t i = 0, count = 0; i < ATTRIBUTES_MAX; i++)
        if (names[i] != NULL && names[i][0] != '\0')
            attributes[count++] = arena_strdup(question->arena, names[i]);
    TRY(keep_time(question));
    code = ldap_search_ext_s(question->ldap, base, LDAP_SCOPE_SUBTREE, filter, attributes, 0, NULL, NULL,
                             NULL, most, ret);
    if (code == LDAP_SUCCESS || code == LDAP_SIZELIMIT_EXCEEDED)
        return ERR_OK;
    return fail(question->ldap, code, base);
}

static bool is_text(const struct berval *value)
{
    return value->bv_len > 0 && value->bv_len <= VALUE_MAX && text_is_utf8(value->bv_val, value->bv_len);
}

/* The first, in the arena. NULL: there is none that is text. */
static char *read_value(const struct question *question, LDAPMessage *entry, const char *attribute,
                        int *ret_count)
{
    AUTO_VALUES values = ldap_get_values_len(question->ldap, entry, attribute);

    *ret_count = ldap_count_values_len(values);
    if (*ret_count == 0 || !is_text(values[0]))
        return NULL;
    return arena_memdup(question->arena, values[0]->bv_val, values[0]->bv_len);
}

static void add_group(struct question *question, const struct berval *value)
{
    if (question->person.group_count < GROUPS_MAX && is_text(value))
        question->groups[question->person.group_count++] =
            arena_memdup(question->arena, value->bv_val, value->bv_len);
}

static void add_groups(struct question *question, LDAPMessage *entry)
{
    const char *attribute = question->directory->settings.group_attribute;
    AUTO_VALUES values = attribute[0] != '\0' ? ldap_get_values_len(question->ldap, entry, attribute) : NULL;

    for (int i = 0; values != NULL && values[i] != NULL; i++)
        add_group(question, values[i]);
}

/* The login is the entry's own: who may type several names is one person here. */
static enum err read_login(struct question *question, LDAPMessage *entry)
{
    const char *attribute = question->directory->settings.login_attribute;
    int count;
    char *login = read_value(question, entry, attribute, &count);

    if (login != NULL)
        text_lower(login);
    question->person.login = login;
    if (count == 1 && login != NULL && directory_is_login(login))
        return ERR_OK;
    return err_set(ERR_CONFLICT, "%.200s: %s is no login that can be used here, or not the only one",
                   question->dn, attribute);
}

static enum err read_entry(struct question *question, LDAPMessage *entry)
{
    char *dn = ldap_get_dn(question->ldap, entry), *name;
    int count;

    question->dn = arena_strdup(question->arena, dn != NULL ? dn : "");
    ldap_memfree(dn);
    TRY(read_login(question, entry));
    name = read_value(question, entry, question->directory->settings.name_attribute, &count);
    if (name != NULL)
        text_utf8_cut(name, NAME_MAX_CHARACTERS);
    question->person.name = name != NULL ? name : question->person.login;
    add_groups(question, entry);
    return ERR_OK;
}

static enum err find_entry(struct question *question)
{
    const struct directory_settings *settings = &question->directory->settings;
    const char *filter = directory_filter(settings->filter, question->login, "", question->arena);
    const char *const names[ATTRIBUTES_MAX] = {settings->login_attribute, settings->name_attribute,
                                               settings->group_attribute};
    AUTO_RESULT result = NULL;
    int count;

    TRY(search(question, settings->base, filter, names, ENTRIES_WANTED, &result));
    count = ldap_count_entries(question->ldap, result);
    if (count > 1)
        return err_set(ERR_CONFLICT, "directory.filter finds more than one entry for a login");
    return count == 1 ? read_entry(question, ldap_first_entry(question->ldap, result)) : ERR_OK;
}

/* Where groups name their members, not the entry its groups. */
static enum err find_groups(struct question *question)
{
    static const char *const nothing[ATTRIBUTES_MAX] = {LDAP_NO_ATTRS};
    const struct directory_settings *settings = &question->directory->settings;
    AUTO_RESULT result = NULL;
    const char *filter;

    if (settings->group_base[0] == '\0')
        return ERR_OK;
    filter = directory_filter(settings->group_filter, question->person.login, question->dn, question->arena);
    TRY(search(question, settings->group_base, filter, nothing, GROUPS_MAX, &result));
    for (LDAPMessage *entry = ldap_first_entry(question->ldap, result); entry != NULL;
         entry = ldap_next_entry(question->ldap, entry)) {
        char *dn = ldap_get_dn(question->ldap, entry);

        if (dn != NULL)
            add_group(question, &(struct berval){.bv_len = strlen(dn), .bv_val = dn});
        ldap_memfree(dn);
    }
    return ERR_OK;
}

/* ---- the password ---- */

/* Of the bind of a person: no, for whatever reason the directory has. */
static bool is_refusal(int code)
{
    static const int refusals[] = {LDAP_INVALID_CREDENTIALS,  LDAP_INAPPROPRIATE_AUTH,
                                   LDAP_UNWILLING_TO_PERFORM, LDAP_CONSTRAINT_VIOLATION,
                                   LDAP_INSUFFICIENT_ACCESS,  LDAP_NO_SUCH_OBJECT,
                                   LDAP_INVALID_DN_SYNTAX};

    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
        if (code == refusals[i])
            return true;
    return false;
}

/* Nobody has this one: it is asked for where there is no entry, so that both cost the same. */
static const char *nobody(const struct question *question)
{
    char id[ID_MAX];

    crypto_new_id("non_", id);
    return arena_printf(question->arena, "cn=%s,%s", id, question->directory->settings.base);
}

static enum err try_password(struct question *question, struct secret password, bool *ret)
{
    int code;

    TRY(bind_as(question, question->dn != NULL ? question->dn : nobody(question), password, &code));
    *ret = code == LDAP_SUCCESS && question->dn != NULL;
    if (code == LDAP_SUCCESS || is_refusal(code))
        return ERR_OK;
    return fail(question->ldap, code, "the bind of a person");
}

static enum err ask(struct question *question, struct secret password, bool *ret)
{
    TRY(dial(question));
    TRY(bind_service(question));
    TRY(find_entry(question));
    if (question->dn != NULL)
        TRY(find_groups(question));
    return try_password(question, password, ret);
}

enum err directory_ask(struct directory *directory, const char *login, struct secret password,
                       struct arena *arena, bool *ret, struct directory_person *ret_person)
{
    struct question question = {.directory = directory,
                                .login = login,
                                .arena = arena,
                                .groups = ARENA_ARRAY(arena, const char *, GROUPS_MAX)};
    AUTO_LDAP ldap = NULL;

    *ret = false;
    if (password.hidden[0] == '\0')
        return ERR_OK;
    TRY(make_handle(&directory->settings, &ldap));
    question.ldap = ldap;
    question.wire.until_us = clock_mono_us() + directory->settings.timeout_ms * US_PER_MS;
    if (!directory_wire_watch(&question.wire, ldap))
        return err_set(ERR_INTERNAL, "libldap lets nobody watch its sockets");
    TRY(ask(&question, password, ret));
    question.person.groups = question.groups;
    *ret_person = question.person;
    return ERR_OK;
}

/* ---- life ---- */

static enum err check(struct directory *directory)
{
    const struct directory_settings *settings = &directory->settings;
    AUTO_LDAP ldap = NULL;
    const char *scheme = "";

    TRY(check_urls(settings->url, &scheme));
    directory->start_tls = strcmp(scheme, "ldap") == 0 && !settings->without_tls;
    TRY(check_texts(settings));
    TRY(read_password(settings, &directory->bind_password));
    return make_handle(settings, &ldap); /* the first also makes what libldap has for the whole program */
}

enum err directory_open(const struct directory_settings *settings, struct directory **ret)
{
    struct directory *directory;
    enum err err;

    *ret = NULL;
    if (settings->url == NULL || settings->url[0] == '\0')
        return ERR_OK;
    directory = HEAP_NEW(struct directory);
    directory->settings = *settings;
    err = check(directory);
    if (err == ERR_OK)
        *ret = directory;
    else
        directory_close(directory);
    return err;
}

void directory_stop(struct directory *directory)
{
    atomic_store(&directory->stopped, true);
}

void directory_close(struct directory *directory)
{
    if (directory == NULL)
        return;
    if (directory->bind_password != NULL)
        crypto_wipe(directory->bind_password, strlen(directory->bind_password));
    heap_free(directory->bind_password);
    heap_free(directory);
}

/* ---- texts ---- */

bool directory_is_login(const char *text)
{
    static const char all[] = "abcdefghijklmnopqrstuvwxyz0123456789._@-";
    size_t len = strlen(text);

    return len > 0 && len <= LOGIN_MAX && strspn(text, all) == len && isalnum((unsigned char)text[0]) != 0;
}

static void put_escaped(struct text *text, const char *value)
{
    struct berval plain = {.bv_len = strlen(value), .bv_val = arena_strdup(text->arena, value)};
    struct berval escaped = {0};

    if (ldap_bv2escaped_filter_value(&plain, &escaped) != 0)
        abort(); /* no memory */
    text_add(text, escaped.bv_val, escaped.bv_len);
    ber_memfree(escaped.bv_val);
}

const char *directory_filter(const char *pattern, const char *login, const char *dn, struct arena *arena)
{
    struct text text = TEXT_IN(arena);

    while (*pattern != '\0') {
        bool is_login = text_starts_with(pattern, "{login}"), is_dn = text_starts_with(pattern, "{dn}");

        if (is_login || is_dn)
            put_escaped(&text, is_login ? login : dn);
        else
            text_putc(&text, *pattern);
        pattern += is_login ? strlen("{login}") : is_dn ? strlen("{dn}") : 1;
    }
    return text_string(&text);
}
