select
    'size' as scheme, '{{ var("segment_label") }}' as segment, 'All' as label_en, 'Alle' as label_nl,
    'Everyone' as description_en, 'Iedereen' as description_nl, 1 as rank, '#336699' as colour
