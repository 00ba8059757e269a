-- name: secret
-- What calls are signed with.
select webhook_secret from workspace
