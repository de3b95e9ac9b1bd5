import type { ViolationKind } from './lifeHistory';
import { liveALife } from './lifeRun';
import type { LifeEvent, LifeScript, ServiceTraits } from './lifeScript';

/**
 * A smaller life in which the same kind of thing goes wrong: leaves out traits, machines and rooms, then events, by halves
 * and then one by one (delta debugging), as long as that lasts.
 * @param mostRuns lives that are lived for it, at most
 */
export async function minimiseLife(script: LifeScript, kind: ViolationKind, mostRuns: number): Promise<LifeScript> {
  let smallest = script;
  let runs = 0;
  const tryOut = async (candidate: LifeScript): Promise<boolean> => {
    if (runs++ >= mostRuns) return false;
    const { violations } = await liveALife(candidate);
    if (!violations.some((violation) => violation.kind === kind)) return false;
    smallest = candidate;
    return true;
  };
  const leaveOutEvents = async (): Promise<void> => {
    for (let length = Math.ceil(smallest.events.length / 2); length >= 1; length = Math.floor(length / 2)) {
      for (let from = 0; from < smallest.events.length && runs < mostRuns;) {
        const events = smallest.events.filter((_, index) => index < from || index >= from + length);
        if (!(await tryOut({ ...smallest, events }))) from += length;
      }
    }
  };
  for (const name of Object.keys(script.traits) as (keyof ServiceTraits)[]) {
    const { [name]: _, ...traits } = smallest.traits;
    await tryOut({ ...smallest, traits });
  }
  for (let machine = script.machines.length - 1; machine > 0; machine--) {
    await tryOut(withoutMachine(smallest, machine));
  }
  for (const { room } of script.rooms.slice(1)) await tryOut(withoutRoom(smallest, room));
  await leaveOutEvents();
  const machines = smallest.machines.map(() => ({ skewMs: 0 }));
  await tryOut({ ...smallest, machines });
  for (const history of [0, 1, 5, 30, 60]) {
    if (await tryOut({ ...smallest, rooms: smallest.rooms.map((room) => ({ ...room, history })) })) break;
  }
  return smallest;
}

function withoutMachine(script: LifeScript, machine: number): LifeScript {
  const events = script.events
    .filter((event) => !('machine' in event) || event.machine !== machine)
    .map((event): LifeEvent => {
      const isLater = 'machine' in event && event.machine > machine;
      return isLater ? { ...event, machine: event.machine - 1 } : event;
    });
  return { ...script, events, machines: script.machines.filter((_, index) => index !== machine) };
}

function withoutRoom(script: LifeScript, room: string): LifeScript {
  const events = script.events.filter((event) => !('room' in event) || event.room !== room);
  return { ...script, events, rooms: script.rooms.filter((other) => other.room !== room) };
}
