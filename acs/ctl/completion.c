/* Completion for shells, made from the tables of commands and options. */
#include <string.h>

#include "acs/ctl/options.h"

static const char *const option_names[] = {
#define OPTION(id, letter, name, takes, value, help) (name),
#include "acs/ctl/options.def"
#undef OPTION
};

static void print_words(FILE *to)
{
    for (size_t i = 0; i < command_count; i++)
        fprintf(to, "%s%s", i > 0 ? "\\n" : "", commands[i].words);
}

/* One function for bash and zsh: the next word of the commands that fit so far, or options after a dash. */
static void print_bash(FILE *to)
{
    fputs("_acsctl() {\n"
          "    local sofar=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" word=\"${COMP_WORDS[COMP_CWORD]}\" words='",
          to);
    print_words(to);
    fputs("' line rest\n"
          "    COMPREPLY=()\n"
          "    if [[ $word == -* ]]; then\n"
          "        COMPREPLY=($(compgen -W '",
          to);
    for (size_t i = 0; i < sizeof(option_names) / sizeof(*option_names); i++)
        fprintf(to, "%s--%s", i > 0 ? " " : "", option_names[i]);
    fputs("' -- \"$word\"))\n"
          "        return\n"
          "    fi\n"
          "    while IFS= read -r line; do\n"
          "        [[ -z $sofar || $line == \"$sofar \"* ]] || continue\n"
          "        rest=${line#\"$sofar\"}\n"
          "        rest=${rest# }\n"
          "        COMPREPLY+=($(compgen -W \"${rest%% *}\" -- \"$word\"))\n"
          "    done < <(printf \"$words\\n\")\n"
          "}\n"
          "complete -F _acsctl acsctl\n",
          to);
}

static void print_fish(FILE *to)
{
    fputs("complete -c acsctl -f\n", to);
    for (size_t i = 0; i < command_count; i++) {
        int first = (int)strcspn(commands[i].words, " ");
        const char *second = commands[i].words[first] == ' ' ? commands[i].words + first + 1 : NULL;

        if (second == NULL)
            fprintf(to, "complete -c acsctl -n __fish_use_subcommand -a %.*s -d '%s'\n", first,
                    commands[i].words, commands[i].help);
        else
            fprintf(to,
                    "complete -c acsctl -n __fish_use_subcommand -a %.*s\n"
                    "complete -c acsctl -n '__fish_seen_subcommand_from %.*s' -a %s -d '%s'\n",
                    first, commands[i].words, first, commands[i].words, second, commands[i].help);
    }
    for (size_t i = 0; i < sizeof(option_names) / sizeof(*option_names); i++)
        fprintf(to, "complete -c acsctl -l %s\n", option_names[i]);
}

enum ctl_exit options_print_completion(const char *shell, FILE *to)
{
    if (strcmp(shell, "zsh") == 0)
        fputs("autoload -U +X bashcompinit && bashcompinit\n", to);
    if (strcmp(shell, "bash") == 0 || strcmp(shell, "zsh") == 0)
        print_bash(to);
    else if (strcmp(shell, "fish") == 0)
        print_fish(to);
    else
        return ctl_fail(CTL_USAGE, "completion is for bash, zsh or fish, not '%s'", shell);
    return CTL_OK;
}
