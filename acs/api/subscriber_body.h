/*
 * A subscriber as somebody writes it (SubscriberPatch in openapi.yaml), made into columns of its table: the
 * one way in for requests and for imports, so that both are held to the same.
 */
#pragma once

#include "acs/api/schema.h"

struct subscriber_policy {
    bool check_documents; /* check digits of a CPF or CNPJ must be right; else its form is enough */
};

/*
 * body: has passed its schema. What is wrong with it in ways that no schema can say is added to complaints,
 * whose arena holds the answer: a JSON object for db/subscriber.h.
 */
const char *subscriber_columns(const struct json *body, const struct subscriber_policy *policy,
                               struct complaints *complaints);
