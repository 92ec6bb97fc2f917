/* How a password is said over the phone: words of our list whole, everything else sign by sign. */
#include <ctype.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/passphrase/passphrase.h"

static const struct {
    char sign;
    const char *portuguese, *english;
} signs[] = {
    {'0',  "zero",             "zero"                  },
    {'1',  "um",               "one"                   },
    {'2',  "dois",             "two"                   },
    {'3',  "três",            "three"                 },
    {'4',  "quatro",           "four"                  },
    {'5',  "cinco",            "five"                  },
    {'6',  "meia (seis)",      "six"                   },
    {'7',  "sete",             "seven"                 },
    {'8',  "oito",             "eight"                 },
    {'9',  "nove",             "nine"                  },
    {' ',  "espaço",          "space"                 },
    {'-',  "traço",           "dash"                  },
    {'_',  "sublinhado",       "underscore"            },
    {'.',  "ponto",            "full stop"             },
    {',',  "vírgula",         "comma"                 },
    {';',  "ponto e vírgula", "semicolon"             },
    {':',  "dois pontos",      "colon"                 },
    {'!',  "exclamação",     "exclamation mark"      },
    {'?',  "interrogação",   "question mark"         },
    {'@',  "arroba",           "at sign"               },
    {'#',  "jogo da velha",    "hash"                  },
    {'$',  "cifrão",          "dollar sign"           },
    {'%',  "por cento",        "per cent sign"         },
    {'&',  "e comercial",      "ampersand"             },
    {'*',  "asterisco",        "asterisk"              },
    {'+',  "mais",             "plus"                  },
    {'=',  "igual",            "equals sign"           },
    {'/',  "barra",            "slash"                 },
    {'\\', "barra invertida",  "backslash"             },
    {'|',  "barra vertical",   "vertical bar"          },
    {'(',  "abre parêntese",  "opening bracket"       },
    {')',  "fecha parêntese", "closing bracket"       },
    {'[',  "abre colchete",    "opening square bracket"},
    {']',  "fecha colchete",   "closing square bracket"},
    {'{',  "abre chave",       "opening brace"         },
    {'}',  "fecha chave",      "closing brace"         },
    {'<',  "menor que",        "less-than sign"        },
    {'>',  "maior que",        "greater-than sign"     },
    {'\'', "aspa simples",     "single quote"          },
    {'"',  "aspas",            "double quote"          },
    {'`',  "crase",            "backtick"              },
    {'^',  "circunflexo",      "caret"                 },
    {'~',  "til",              "tilde"                 },
};

static bool is_word(const char *text, size_t len)
{
    for (size_t i = 0; i < PASSPHRASE_LIST; i++)
        if (strlen(passphrase_words[i]) == len && strncmp(passphrase_words[i], text, len) == 0)
            return true;
    return false;
}

static size_t letters_at(const char *text)
{
    size_t len = 0;

    while (islower((unsigned char)text[len]))
        len++;
    return len;
}

static void say_sign(struct text *out, char sign, bool portuguese)
{
    if (isupper((unsigned char)sign))
        text_printf(out, portuguese ? "%c maiúsculo" : "capital %c", sign);
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
        if (signs[i].sign == sign)
            text_puts(out, portuguese ? signs[i].portuguese : signs[i].english);
    if (islower((unsigned char)sign))
        text_putc(out, sign);
}

const char *passphrase_spell(const char *password, bool portuguese, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    for (const char *at = password; *at != '\0';) {
        size_t len = letters_at(at);
        bool alone = at == password || !isalpha((unsigned char)at[-1]);
        bool whole = len > 0 && alone && is_word(at, len);

        if (at != password)
            text_puts(&out, ", ");
        if (whole)
            text_add(&out, at, len);
        else
            say_sign(&out, *at, portuguese);
        at += whole ? len : 1;
    }
    return text_string(&out);
}
