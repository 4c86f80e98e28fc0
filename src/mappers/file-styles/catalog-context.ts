/** Several rows make a product, so twice as many as usual travel together. */
export const catalogContext = { throughput: { batchSize: 2_000 } };
