import { whyNoRedis } from './redis';
import { describeWhenReachable } from './when-reachable';

/** See `describeWhenReachable` for a Redis that does not answer. */
export function describeWithRedis(title: string, suite: () => void): void {
    describeWhenReachable(`${title} (Redis)`, whyNoRedis(), suite);
}
