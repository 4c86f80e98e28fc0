import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import {
    CircleHelp,
    Database,
    FileInput,
    FileOutput,
    Hand,
    Rss,
    Send,
    ShieldCheck,
    Sparkles,
    Split,
    WandSparkles,
    Zap,
    type LucideIcon,
} from 'lucide-react';

interface StepLook {
    icon: LucideIcon;
    label: MessageDescriptor;
}

const looks: Record<string, StepLook> = {
    TRIGGER: { icon: Zap, label: msg`Trigger` },
    EXTRACT: { icon: FileInput, label: msg`Extract` },
    TRANSFORM: { icon: WandSparkles, label: msg`Transform` },
    VALIDATE: { icon: ShieldCheck, label: msg`Validate` },
    ENRICH: { icon: Sparkles, label: msg`Enrich` },
    ROUTE: { icon: Split, label: msg`Route` },
    GATE: { icon: Hand, label: msg`Gate` },
    LOAD: { icon: Database, label: msg`Load` },
    EXPORT: { icon: FileOutput, label: msg`Export` },
    FEED: { icon: Rss, label: msg`Feed` },
    SINK: { icon: Send, label: msg`Sink` },
};

/** How a kind of step is shown; a misspelt one is told as such. */
export const lookOf = (type: string): StepLook => looks[type] ?? { icon: CircleHelp, label: msg`Unknown kind of step` };
