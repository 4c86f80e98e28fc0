import { useEffect, useState } from 'react';

const visibleMs = 1_000;
const hiddenMs = 30_000;

/**
 * How often to ask again what changes by itself: each second while it is looked at, twice a minute in a hidden tab.
 *
 * @returns milliseconds for `refetchInterval`; false when nothing can change any more
 */
export function usePollInterval(isChanging: boolean): number | false {
    const [isHidden, setHidden] = useState(document.hidden);
    useEffect(() => {
        const listen = () => setHidden(document.hidden);
        document.addEventListener('visibilitychange', listen);
        return () => document.removeEventListener('visibilitychange', listen);
    }, []);
    if (!isChanging) return false;
    return isHidden ? hiddenMs : visibleMs;
}
