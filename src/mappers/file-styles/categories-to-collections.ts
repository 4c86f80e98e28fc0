/**
 * Steps that make a collection of each category, filled by the facet `category`. Rows hold `categoryLevels`, as `treePaths`
 * makes them.
 */
export const categoriesToCollections = [
    {
        key: 'categories',
        name: 'Categories to collections',
        type: 'TRANSFORM',
        config: {
            operators: [
                { op: 'pick', args: { paths: ['categoryLevels'] } },
                { op: 'expand', args: { path: 'categoryLevels' } },
                { op: 'dedupe', args: { keys: ['path'] } },
                { op: 'slugify', args: { from: 'path', to: 'slug' } },
                { op: 'slugify', args: { from: 'parent' } },
                {
                    op: 'set',
                    args: {
                        path: 'filters',
                        value: [
                            {
                                code: 'facet-value-filter',
                                args: { facetValueIds: [], containsAny: false, combineWithAnd: true },
                            },
                        ],
                    },
                },
                {
                    op: 'template',
                    args: { template: 'category:{{path}}', target: 'filters.0.args.facetValueIds.0' },
                },
                { op: 'set', args: { path: 'inheritFilters', value: false } },
                { op: 'pick', args: { paths: ['name', 'slug', 'parent', 'filters', 'inheritFilters'] } },
            ],
        },
    },
    { key: 'writeCollections', type: 'LOAD', config: { adapterCode: 'collection' } },
];
