with

source as (

    select * from {{ source('complete_journey', 'demographics') }}

),

renamed as (

    select
        ---------- ids
        household_id as customer_id,

        ---------- who
        -- The format has bands of ages. A date of birth in the middle of the band as of mid-2017 keeps the household
        -- within it all through 2017, the year of its baskets: a household in 25-34 turns 30 on 1 July, after half a
        -- year at 29. 65+ is taken to be 65-74.
        case age
            when '19-24' then cast('1995-07-01' as date)
            when '25-34' then cast('1987-07-01' as date)
            when '35-44' then cast('1977-07-01' as date)
            when '45-54' then cast('1967-07-01' as date)
            when '55-64' then cast('1957-07-01' as date)
            when '65+' then cast('1947-07-01' as date)
        end as birth_date,
        -- the age is known, the birthday is not
        true as is_birth_date_estimated,
        income as income_band,
        marital_status,
        -- 5+ and 3+ are taken to be 5 and 3
        case
            when household_size in ('1', '2', '3', '4', '5+') then cast(left(household_size, 1) as integer)
        end as household_size,
        case when kids_count in ('0', '1', '2', '3+') then cast(left(kids_count, 1) as integer) end as children,

        ---------- what they agreed to
        -- the households are those that took part in the study and answered
        'profiling' as consents,

        ---------- landing
        _load_id

    from source

)

select * from renamed
