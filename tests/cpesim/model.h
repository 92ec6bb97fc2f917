/*
 * The invented models that cpesim plays, and what each of their parameters is.
 *
 * A model is a row in model.c plus groups of parameter rows (rows/<group>.def). models_load() unfolds them
 * once into arrays sorted by name; all homes of a model share them, a home keeps only what differs (tree.h).
 */
#pragma once

#include "acs/base/arena.h"
#include "soap/cwmp.h"
#include "tests/cpesim/check.h"

enum parameter_flag {
    PARAMETER_READ = 0,
    PARAMETER_WRITE = 1,       /* SetParameterValues may change it */
    PARAMETER_HIDDEN = 2,      /* reads back empty */
    PARAMETER_INFORM = 4,      /* in every Inform (forcedInform of the data model) */
    PARAMETER_OFTEN = 8,       /* in every Inform of most devices, but of none with QUIRK_SHORT_INFORM */
    PARAMETER_ACTIVE = 16,     /* a change at the device is told at once: 4 VALUE CHANGE */
    PARAMETER_HOST = 32,       /* exists for as many instances as the home has hosts */
    PARAMETER_STATION = 64,    /* exists for as many instances as the home has Wi-Fi stations */
    PARAMETER_MADE = 128,      /* exists where AddObject has made the instance */
    PARAMETER_UNIT = 256,      /* exists where ChangeDUState has installed it */
    PARAMETER_RESULT = 512,    /* exists once a test has put it (diagnostic.h) */
    PARAMETER_AIR = 1024,      /* a change of it makes the stations of its network go (household.h) */
    PARAMETER_LINK = 2048,     /* a change of it makes the home dial again (wan.h) */
    PARAMETER_SATELLITE = 4096 /* exists for as many instances as the satellite has stations */
};

struct generator;

struct parameter {
    const char *name; /* in full */
    enum cwmp_type type;
    unsigned flags;
    enum check_id check;
    const char *text;                  /* the value of every home, or NULL */
    const struct generator *generator; /* where text is NULL (value.h) */
    unsigned outer;                    /* first and last number that {…} in the row stood for; 0: none */
    unsigned instance;
    unsigned network; /* the number of the Wi-Fi network or radio that it is about; 0: none */
    size_t table_len; /* of the part of name before instance, with its dot: "…Hosts.Host." */
};

/* Where a model strays from what everybody expects. All of it is seen in the field. */
enum quirk {
    QUIRK_NO_COOKIES = 1,        /* never returns one */
    QUIRK_SHORT_INFORM = 2,      /* the forced parameters and nothing else: no UpTime */
    QUIRK_SINGLE_QUOTES = 4,     /* ' around attributes, and prefixes of its own */
    QUIRK_SILENT_RESTART = 8,    /* after RebootResponse: says nothing for a second, then is gone */
    QUIRK_RECONNECTS = 16,       /* a TCP connection for each POST */
    QUIRK_CHUNKED = 32,          /* sends chunked bodies */
    QUIRK_ODD_IDS = 64,          /* cwmp:ID with characters that XML must escape */
    QUIRK_ASKS_METHODS = 128,    /* sends GetRPCMethods after the InformResponse to 1 BOOT */
    QUIRK_XML_DECLARATION = 256, /* <?xml …?> in front */
    QUIRK_MD5_ALONE = 512,       /* knows no SHA-256 */
    QUIRK_PIECES = 1024,         /* fetches files in pieces, by Range */
    QUIRK_AT_ONCE = 2048,        /* carries files, but for firmware, within the session: Status 0 */
    QUIRK_COMPLETED = 4096,      /* a DiagnosticsState that the standard calls Complete it calls Completed */
    QUIRK_SILENT_TESTS = 8192,   /* tells no 8 DIAGNOSTICS COMPLETE */
    QUIRK_ROUNDS = 16384         /* takes numbers that are not round, and rounds them */
};

struct model {
    const char *name; /* for --models */
    const char *about;
    const char *root; /* "Device." */
    const char *manufacturer;
    const char *oui; /* locally administered: no maker owns it */
    const char *product_class;
    const char *hardware;
    const char *software;
    enum cwmp_version version;
    unsigned quirks;
    bool by_name;                /* is in no fleet that does not ask for it by its name */
    uint32_t down_kbps, up_kbps; /* more than this it does not carry */
    unsigned network_5g;         /* instance of its 5 GHz network; 0: it has none */
    unsigned port_mbps;          /* of its LAN ports */
    const struct row *groups[8]; /* NULL behind the last */

    struct parameter *parameters; /* sorted by name; set by models_load(), as is what follows */
    size_t count;
    uint32_t *informs; /* rows of those that Informs have */
    size_t inform_count;
};

enum { MODEL_COUNT = 7 };

/* MODEL_COUNT models, in arena. A row that names an unknown generator is our bug and aborts. */
struct model *models_load(struct arena *arena) MUST_CHECK;
