import { type RefObject, useEffect, useRef, useState } from 'react';

/** Whether an element has been scrolled to; once true it stays so. */
export function useIsSeen(): [RefObject<HTMLDivElement | null>, boolean] {
    const element = useRef<HTMLDivElement>(null);
    const [isSeen, setSeen] = useState(false);
    useEffect(() => {
        if (!element.current) return undefined;
        const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setSeen(true), {
            rootMargin: '200px',
        });
        observer.observe(element.current);
        return () => observer.disconnect();
    }, []);
    return [element, isSeen];
}
