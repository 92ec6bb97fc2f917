-- name: notify_listen :exec
LISTEN farol_action;

-- name: notify_listen_credential :exec
LISTEN farol_credential;
