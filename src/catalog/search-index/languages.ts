import type { Channel, LanguageCode } from '@vendure/core';

/**
 * In which languages a variant has rows in each of its channels (in the order of their ids).
 *
 * Vendure indexes one channel at a time: it empties the channel's rows, then writes the variants that are in it to *all*
 * of their channels, in the languages of the channel that is indexed. What is left once every channel had its turn:
 * a channel's own languages, and those of the channels that came after it.
 */
export function languagesByChannel(channels: readonly Channel[]): Map<Channel, LanguageCode[]> {
    const result = new Map<Channel, LanguageCode[]>();
    const later = new Set<LanguageCode>();
    for (const channel of [...channels].reverse()) {
        for (const code of languagesOf(channel)) later.add(code);
        result.set(channel, [...later]);
    }
    return result;
}

function languagesOf({ availableLanguageCodes, defaultLanguageCode }: Channel): LanguageCode[] {
    return availableLanguageCodes?.length ? availableLanguageCodes : [defaultLanguageCode];
}

/** The text in that language, else in the shop's default language, else the first there is. */
export function inLanguage<T extends { languageCode: string }>(
    translations: readonly T[] | undefined,
    languageCode: string,
    fallback: string,
): T | undefined {
    return (
        translations?.find(translation => translation.languageCode === languageCode) ??
        translations?.find(translation => translation.languageCode === fallback) ??
        translations?.[0]
    );
}
