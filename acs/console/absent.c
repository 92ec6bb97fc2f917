/* What is served in place of the console by a program that was built without it. */
#include "acs/console/serve.h"

static const char page[] =
    "<!doctype html>\n<html lang=\"pt-BR\"><meta charset=\"utf-8\"><title>Farol</title>\n"
    "<h1>Farol</h1>\n"
    "<p>Este servidor foi compilado sem o console. Instale node 18 ou mais novo e npm "
    "(contrib/install-packages build), compile de novo e reinicie o servidor.</p>\n"
    "<p lang=\"en\">This server was built without its console. Install node 18 or newer and npm "
    "(contrib/install-packages build), build again and restart the server.</p>\n"
    "<p lang=\"en\">The API is at <code>/api/v1/</code>; its description is at "
    "<a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>.</p>\n</html>\n";

const struct console_asset console_assets[] = {
    {.path = "/",
     .type = "text/html; charset=utf-8",
     .etag = "\"absent\"",
     .bytes = page,
     .len = sizeof(page) - 1},
};

const size_t console_asset_count = 1;
