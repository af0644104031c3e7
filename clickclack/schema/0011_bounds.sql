-- The sessions that a person has, without those that are over.
CREATE INDEX credentials_in_force ON credentials (user_n, kind) WHERE revoked_at IS NULL;
-- Whom messages are pushed to: few of all.
CREATE INDEX notification_settings_pushed ON notification_settings (user_n) WHERE pushover_enabled = 1;
