-- Faults that would make the planted behaviour ambiguous or wrong: one row per fault.

select 'two sessions of one visitor lie less than an hour apart' as fault, visitor_id as example
from planted_sessions
qualify started_at - max(ended_at) over (
    partition by visitor_id order by started_at rows between unbounded preceding and 1 preceding
) < interval 1 hour

union all

select 'something happens after the end', visitor_id
from planted_sessions
where ended_at >= getvariable('data_until')

union all

select 'a bouncer has more or less than one page view, or another class has exactly one', planted_sessions.visitor_id
from planted_sessions
inner join visits using (visit_id)
inner join scripts using (script)
where (scripts.funnel_class = 'bouncer') != (planted_sessions.page_count = 1)
    and scripts.funnel_class in ('bouncer', 'browser', 'other')

union all

select 'an event was lost on the way', min(file)
from deliveries
having coalesce(sum(event_count), 0) != (select sum(event_count) from planted_sessions)

union all

select 'two visits have the same key', cast(visit_key as varchar)
from visits_wanted
group by visit_key
having count(*) > 1;
