-- name: notify_listen :exec
LISTEN farol_action;
