import { graphql } from './graphql';

export const todayDocument = graphql(`
    query DataHubToday($timeZone: String) {
        dataHubToday(timeZone: $timeZone) {
            runs
            failed
            running
            queued
            openGates
            openRecords
            days {
                date
                runs
                failed
                created
                updated
                deleted
                unchanged
                rejected
            }
        }
    }
`);

export const alertsDocument = graphql(`
    query DataHubAlerts {
        dataHubAlerts {
            failedRuns
            lastFailedRun {
                id
                pipelineName
            }
            openGates
        }
    }
`);
