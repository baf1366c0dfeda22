-- The tables that the script loads: the columns of the shop's files, without keys and ledger.

create table events (
    event_id varchar, visitor_id varchar, customer_id varchar, occurred_at timestamp, event_name varchar,
    page_type varchar, page_url varchar, referrer_url varchar, product_id varchar, quantity integer,
    unit_price decimal(18, 4), currency varchar, order_id varchar, search_term varchar, items varchar,
    order_total decimal(18, 4), tracker_session_id varchar, search_location varchar, search_date date,
    utm_source varchar, utm_medium varchar, utm_campaign varchar, device_type varchar, browser varchar, os varchar,
    country varchar, region varchar, city varchar, user_agent varchar, has_consent boolean
);

create table orders (
    order_id varchar, customer_id varchar, visitor_id varchar, ordered_at timestamp, updated_at timestamp,
    status varchar, sales_channel varchar, currency varchar, gross_amount decimal(18, 4),
    discount_amount decimal(18, 4), shipping_amount decimal(18, 4), tax_amount decimal(18, 4),
    coupon_code varchar, campaign_id varchar, is_gift boolean
);

create table order_lines (
    order_id varchar, line_number integer, product_id varchar, quantity integer,
    unit_price decimal(18, 4), discount_amount decimal(18, 4), updated_at timestamp
);

create table refunds (
    refund_id varchar, order_id varchar, line_number integer, refunded_at timestamp,
    amount decimal(18, 4), reason varchar
);

create table products (
    product_id varchar, name varchar, category varchar, subcategory varchar, brand varchar,
    list_price decimal(18, 4), unit_cost decimal(18, 4), stock_quantity integer
);

create table customers (
    customer_id varchar, email varchar, phone varchar, birth_date date, gender varchar, education varchar,
    occupation varchar, income_band varchar, marital_status varchar, household_size integer,
    children integer, life_stage varchar, country varchar, region varchar, city varchar,
    postal_code varchar, urbanity varchar, signed_up_at timestamp, preferred_channel varchar, consents varchar,
    social_followers integer, loyalty_tier varchar, updated_at timestamp
);

create table messages (
    message_event_id varchar, message_id varchar, customer_id varchar, campaign_id varchar,
    channel varchar, action varchar, occurred_at timestamp, variant varchar
);

create table survey_responses (
    response_id varchar, customer_id varchar, survey varchar, question varchar, answer varchar,
    score decimal(9, 2), answered_at timestamp
);

create table service_contacts (
    contact_id varchar, customer_id varchar, channel varchar, opened_at timestamp, closed_at timestamp,
    handling_minutes decimal(9, 2), effort_score integer, topic varchar, cost decimal(18, 4)
);

create table loyalty_memberships (
    customer_id varchar, program varchar, tier varchar, joined_at timestamp, left_at timestamp
);

create table erasure_requests (customer_id varchar, visitor_id varchar, requested_at timestamp);
