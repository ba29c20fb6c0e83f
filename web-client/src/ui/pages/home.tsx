/** `/`: says that a personal link is needed, and offers the way back to classes this device was in. */
import { useEffect, useState } from 'react';
import { ApiProblem, me } from '../../api';
import { forgetSeat, rememberedSeats } from '../../seats';
import { SeatList } from '../parts/seat-list';
import { useText } from '../text';
import { Note } from './note';

export function HomePage() {
  const { t } = useText();
  const seats = useLivingSeats();
  return (
    <Note title={t.home.title} text={t.home.body}>
      {seats.length > 0 && (
        <>
          <p>{t.home.back}</p>
          <SeatList seats={seats} />
        </>
      )}
    </Note>
  );
}

/** The remembered seats whose sessions still stand; those that are over are forgotten. */
export function useLivingSeats() {
  const [seats, setSeats] = useState(rememberedSeats);
  useEffect(() => {
    for (const { seat } of rememberedSeats()) {
      me(seat).catch((error: unknown) => {
        if (!(error instanceof ApiProblem) || error.code !== 'signed_out') return;
        forgetSeat(seat);
        setSeats(rememberedSeats());
      });
    }
  }, []);
  return seats;
}
