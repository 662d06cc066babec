-- Several processes may feed a view at the same moment, each some of its partitions. So what fences
-- two from each other is no longer one number of the version, but the checkpoint of each partition
-- (next_offset). A program that still knows the number finds it gone, and writes nothing.

ALTER TABLE view_version DROP COLUMN generation;

-- Which making of the version this is: once one was dropped, its number may be given again.
ALTER TABLE view_version ADD COLUMN made bigint NOT NULL GENERATED ALWAYS AS IDENTITY;
