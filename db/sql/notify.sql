-- name: notify_listen :exec
LISTEN farol_action;

-- name: notify_listen_campaign :exec
LISTEN farol_campaign;

-- name: notify_listen_case :exec
LISTEN farol_case;

-- name: notify_listen_credential :exec
LISTEN farol_credential;

-- name: notify_listen_facts :exec
LISTEN farol_facts;

-- name: notify_listen_setting :exec
LISTEN farol_setting;
