-- A page of a list by id: without it, the whole list is sorted for each.
CREATE INDEX nominations_in_order ON nominations (phase, id);
