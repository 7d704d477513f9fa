-- Mails to payees: written with the event that they tell of.
select 1;
