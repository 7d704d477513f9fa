-- Holds: what they change besides themselves.
select 1;
