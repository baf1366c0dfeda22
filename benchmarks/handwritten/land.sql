-- Loads the demo shop's files from the folder getvariable('landing'), as a script for only these files would:
-- it hard-codes the format of each table and silently drops rows that do not fit.

-- JSON lines are read as text: read_json with ignore_errors also loses the line after a broken one.
create temp macro json_lines(file) as table
select line
from read_csv(file, columns = {line: 'varchar'}, delim = e'\x01', quote = '', escape = '', header = false)
where json_valid(line);

insert into events
select * from read_parquet(getvariable('landing') || '/events/*.parquet');

insert into events
select *
from read_csv(
    getvariable('landing') || '/events/*.csv.gz',
    columns = {
        event_id: 'varchar', visitor_id: 'varchar', customer_id: 'varchar', occurred_at: 'timestamp',
        event_name: 'varchar', page_type: 'varchar', page_url: 'varchar', referrer_url: 'varchar',
        product_id: 'varchar', quantity: 'integer', unit_price: 'decimal(18, 4)', currency: 'varchar',
        order_id: 'varchar', search_term: 'varchar', items: 'varchar', order_total: 'decimal(18, 4)',
        tracker_session_id: 'varchar', search_location: 'varchar', search_date: 'date', utm_source: 'varchar',
        utm_medium: 'varchar', utm_campaign: 'varchar', device_type: 'varchar', browser: 'varchar',
        os: 'varchar', country: 'varchar', region: 'varchar', city: 'varchar', user_agent: 'varchar', has_consent: 'boolean'
    },
    header = true,
    auto_detect = false,
    ignore_errors = true
)
where visitor_id is not null and event_name is not null and occurred_at < now()::timestamp + interval 1 day;

-- values are read as text and cast one by one
insert into events
select * replace (
    try_cast(occurred_at as timestamp) as occurred_at,
    try_cast(quantity as integer) as quantity,
    try_cast(unit_price as decimal(18, 4)) as unit_price,
    try_cast(order_total as decimal(18, 4)) as order_total,
    try_cast(search_date as date) as search_date,
    try_cast(has_consent as boolean) as has_consent
)
from (
    select unnest(from_json(line, '{
        "event_id": "varchar", "visitor_id": "varchar", "customer_id": "varchar", "occurred_at": "varchar",
        "event_name": "varchar", "page_type": "varchar", "page_url": "varchar", "referrer_url": "varchar",
        "product_id": "varchar", "quantity": "varchar", "unit_price": "varchar", "currency": "varchar",
        "order_id": "varchar", "search_term": "varchar", "items": "varchar", "order_total": "varchar",
        "tracker_session_id": "varchar", "search_location": "varchar", "search_date": "varchar",
        "utm_source": "varchar", "utm_medium": "varchar", "utm_campaign": "varchar", "device_type": "varchar",
        "browser": "varchar", "os": "varchar", "country": "varchar", "region": "varchar", "city": "varchar", "user_agent": "varchar",
        "has_consent": "varchar"
    }'))
    from json_lines(getvariable('landing') || '/events/*.ndjson')
)
where
    event_id is not null
    and visitor_id is not null
    and event_name is not null
    and try_cast(occurred_at as timestamp) < now()::timestamp + interval 1 day
    and (quantity is null or try_cast(quantity as integer) is not null)
    and (unit_price is null or try_cast(unit_price as decimal(18, 4)) is not null)
    and (has_consent is null or try_cast(has_consent as boolean) is not null);

insert into orders
select *
from read_csv(
    getvariable('landing') || '/orders/*.csv',
    columns = {
        order_id: 'varchar', customer_id: 'varchar', visitor_id: 'varchar', ordered_at: 'timestamp',
        updated_at: 'timestamp', status: 'varchar', sales_channel: 'varchar', currency: 'varchar',
        gross_amount: 'decimal(18, 4)', discount_amount: 'decimal(18, 4)',
        shipping_amount: 'decimal(18, 4)', tax_amount: 'decimal(18, 4)', coupon_code: 'varchar',
        campaign_id: 'varchar', is_gift: 'boolean'
    },
    header = true,
    auto_detect = false,
    ignore_errors = true
)
where status is not null and gross_amount is not null;

insert into order_lines
select * from read_csv(getvariable('landing') || '/order_lines/*.csv.gz', header = true);

insert into refunds
select * from read_csv(getvariable('landing') || '/refunds/*.csv', header = true);

insert into products
select * from read_parquet(getvariable('landing') || '/products/*.parquet');

insert into customers
select * replace (
    try_cast(birth_date as date) as birth_date,
    try_cast(household_size as integer) as household_size
)
from (
    select unnest(from_json(line, '{
        "customer_id": "varchar", "email": "varchar", "phone": "varchar", "birth_date": "varchar",
        "gender": "varchar", "education": "varchar", "occupation": "varchar", "income_band": "varchar",
        "marital_status": "varchar", "household_size": "varchar", "children": "integer",
        "life_stage": "varchar", "country": "varchar", "region": "varchar", "city": "varchar",
        "postal_code": "varchar", "urbanity": "varchar", "signed_up_at": "timestamp", "preferred_channel": "varchar",
        "consents": "varchar", "social_followers": "integer", "loyalty_tier": "varchar",
        "updated_at": "timestamp"
    }'))
    from json_lines(getvariable('landing') || '/customers/*.ndjson')
)
where
    customer_id is not null
    and (birth_date is null or try_cast(birth_date as date) is not null)
    and (household_size is null or try_cast(household_size as integer) is not null);

insert into messages
select * from read_parquet(getvariable('landing') || '/messages/*.parquet');

insert into survey_responses
select * from read_json(
    getvariable('landing') || '/survey_responses/*.ndjson.gz',
    format = 'newline_delimited',
    columns = {
        response_id: 'varchar', customer_id: 'varchar', survey: 'varchar', question: 'varchar',
        answer: 'varchar', score: 'decimal(9, 2)', answered_at: 'timestamp'
    }
);

insert into service_contacts
select * from read_json(
    getvariable('landing') || '/service_contacts/*.jsonl',
    format = 'newline_delimited',
    columns = {
        contact_id: 'varchar', customer_id: 'varchar', channel: 'varchar', opened_at: 'timestamp',
        closed_at: 'timestamp', handling_minutes: 'decimal(9, 2)', effort_score: 'integer',
        topic: 'varchar', cost: 'decimal(18, 4)'
    }
);

insert into loyalty_memberships
select * from read_csv(getvariable('landing') || '/loyalty_memberships/*.csv', header = true);

insert into erasure_requests
select * from read_json(
    getvariable('landing') || '/erasure_requests/*.jsonl.gz',
    format = 'newline_delimited',
    columns = {customer_id: 'varchar', visitor_id: 'varchar', requested_at: 'timestamp'}
);
