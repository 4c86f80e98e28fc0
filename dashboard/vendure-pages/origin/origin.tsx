import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import { useState } from 'react';
import { LinkButton } from '../../components/changes/link-button';
import { Loaded } from '../../components/page-states';
import { entityOriginDocument } from '../../gql/origin';
import { useIsSeen } from '../../hooks/use-is-seen';
import { byEntity } from './by-entity';
import { OriginFields } from './origin-fields';
import { OriginRuns } from './origin-runs';

const entitiesAtFirst = 3;

/** The runs that changed an entity and, field by field, who wrote its value last. Asked for when it is scrolled to. */
export default function Origin({ entityType, entityId }: Readonly<{ entityType: string; entityId: string }>) {
    const [box, isSeen] = useIsSeen();
    const [isOpen, setOpen] = useState(false);
    const query = useQuery({
        queryKey: ['data-hub-entity-origin', entityType, entityId],
        queryFn: async () => (await api.query(entityOriginDocument, { entityType, entityId })).dataHubEntityOrigin,
        enabled: isSeen,
    });
    return (
        <div ref={box}>
            <Loaded query={query} rows={2}>
                {({ fields, runs, complete }) => {
                    if (runs.length === 0)
                        return (
                            <p className="text-sm text-muted-foreground">
                                <Trans>No pipeline has written this.</Trans>
                            </p>
                        );
                    const entities = byEntity(fields);
                    const more = entities.length - entitiesAtFirst;
                    return (
                        <div className="space-y-4">
                            <OriginRuns runs={runs} />
                            {(isOpen ? entities : entities.slice(0, entitiesAtFirst)).map(entity => (
                                <OriginFields
                                    key={`${entity.entityType} ${entity.entityId}`}
                                    entity={entity}
                                    isOwn={entity.entityType === entityType}
                                />
                            ))}
                            {more > 0 && (
                                <LinkButton isOpen={isOpen} onClick={() => setOpen(!isOpen)}>
                                    {isOpen ? <Trans>Show less</Trans> : <Trans>Show {more} more variants</Trans>}
                                </LinkButton>
                            )}
                            {!complete && (
                                <p className="text-sm text-muted-foreground">
                                    <Trans>Only the newest changes are told here.</Trans>
                                </p>
                            )}
                        </div>
                    );
                }}
            </Loaded>
        </div>
    );
}
