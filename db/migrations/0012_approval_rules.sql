-- The one row of the policy is always there.
insert into security_policy default values;
