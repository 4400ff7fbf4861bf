import { clientJourney } from '../support/clients-journey.ts'
import { startJourneyServer } from '../support/clients-server.ts'

clientJourney('elastic-8', startJourneyServer)
