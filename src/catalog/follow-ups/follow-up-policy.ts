/**
 * Which of Vendure's events are published after a batch is committed.
 *
 * - `BATCH`: ProductVariantEvents for up to 50 variants each, StockMovementEvents for stock that changed, and ProductEvents
 *   only for products without variants. A changed product counts as a change of all its variants.
 * - `ALL`: also one ProductEvent per product, one FacetEvent or FacetValueEvent per facet and value, and StockMovementEvents
 *   for the first stock of new variants.
 * - `NONE`: nothing; other plugins do not learn of the change.
 *
 * The entities in the events hold ids and what was written, not what Vendure's services would have loaded besides.
 */
export type EventPolicy = 'BATCH' | 'ALL' | 'NONE';

/**
 * How the search index follows. Search plugins listen to the events above, so any choice but `EVENTS` holds back those of
 * `BATCH` but `DIRECT`; `ALL` publishes them nevertheless.
 *
 * - `DIRECT`: the rows of DefaultSearchPlugin's index are written right after the commit, as its reindex would write them.
 *   The events are published all the same; only the plugin's own jobs for them are dropped. `EVENTS` in a shop without
 *   that plugin, and for a batch whose rows cannot be written.
 * - `EVENTS`: through the events, variant by variant. With `events: NONE` the index does not follow.
 * - `REINDEX`: one reindex at the end of the run for each channel that the changed products are in. Quicker when
 *   much of the catalog changes; until it is done the index is incomplete.
 * - `NONE`: not at all.
 */
export type SearchIndexPolicy = 'DIRECT' | 'EVENTS' | 'REINDEX' | 'NONE';

export interface FollowUpPolicy {
    events: EventPolicy;
    /** Absent: `DIRECT` where DefaultSearchPlugin is installed, else `EVENTS`. */
    searchIndex?: SearchIndexPolicy | undefined;
}
