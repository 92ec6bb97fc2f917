/*
 * What people and companies of Brazil are known by, as they write it and as it is kept. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { DOCUMENT_MAX = 15, PHONE_MAX = 17 };

/*
 * A CPF (11 digits) or CNPJ (14, since 2026 also with letters before its two check digits), with or without
 * its points: "123.456.789-09" becomes "12345678909". False: it has another form.
 */
bool document_read(const char *text, char ret[DOCUMENT_MAX]);
/* Whether the check digits of what document_read() gave are right. */
bool document_is_right(const char *document);

/*
 * To E.164: "(11) 98765-4321" and "0 11 98765 4321" become "+5511987654321"; a number with another country's
 * code begins with + or 00. False: it is none, or lacks its area code.
 */
bool phone_read(const char *text, char ret[PHONE_MAX]);
