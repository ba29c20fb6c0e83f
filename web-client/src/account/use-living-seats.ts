/** The remembered seats whose sessions still hold; seats of ended sessions are forgotten. */
import { useEffect, useState } from 'react';
import { ApiProblem, me } from '../api';
import { forgetSeat, rememberedSeats } from './seats';

export function useLivingSeats() {
  const [seats, setSeats] = useState(rememberedSeats);
  useEffect(() => {
    for (const { seat, lesson } of rememberedSeats()) {
      me(seat, lesson ?? undefined).catch((error: unknown) => {
        if (!(error instanceof ApiProblem) || error.code !== 'signed_out') return;
        forgetSeat(seat);
        setSeats(rememberedSeats());
      });
    }
  }, []);
  return seats;
}
