-- The servers of one database, and the leases by which one of them does what only one may do. In a file there is one server by
-- itself: these tables stay empty.
CREATE TABLE nodes (
    name TEXT COLLATE "C" PRIMARY KEY,
    -- Another with each start of the server.
    incarnation TEXT COLLATE "C" NOT NULL,
    -- Where it serves.
    address TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    -- Counted up every second for as long as the server lives.
    beats BIGINT NOT NULL
);

CREATE TABLE leases (
    -- The name of the right that is leased: so far 'serving', to serve the database (src/store/nodes.rs).
    thing TEXT COLLATE "C" PRIMARY KEY,
    -- The holder; NULL = it was given back.
    node TEXT COLLATE "C",
    incarnation TEXT COLLATE "C",
    -- One more with each holder. What was written under an earlier one is refused.
    epoch BIGINT NOT NULL
);
