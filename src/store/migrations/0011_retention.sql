-- The way of a registration that never got a seat goes with it when its time is over (src/store/retention.rs); that
-- of whoever was admitted stays for good.
DROP TRIGGER registration_steps_are_not_deleted;

CREATE TRIGGER registration_steps_are_not_deleted BEFORE DELETE ON registration_steps
WHEN (SELECT approved_at_ms FROM registrations WHERE id = OLD.registration) IS NOT NULL
BEGIN
    SELECT RAISE (ABORT, 'steps of those who were admitted are never deleted');
END;
