//! The load report (R7) for operators: every running class and the threads of media, as they are at one moment.

use crate::protocol::{Load, RoomLoad, WorkerLoad};
use crate::sheet::{Cell, Table};
use crate::time::{ServerInstant, local_time};

/// One table: classes first, then threads; the last row says when.
pub fn load_table(load: &Load) -> Table {
    const HEAD: [&str; 12] = [
        "种类",
        "课次或线程",
        "在线学员",
        "上限",
        "讲师等",
        "台上",
        "连接",
        "上行（kbit/s）",
        "下行（kbit/s）",
        "丢包（最差的十分之一）",
        "往返（毫秒，最差的十分之一）",
        "CPU",
    ];
    let mut table = Table { sums: 1, ..Table::new("运行情况", &HEAD) };
    table.rows.extend(load.rooms.iter().map(room));
    table.rows.extend(load.workers.iter().map(worker));
    let at = local_time(ServerInstant::of_fact(load.at_ms));
    table.rows.push(vec![Cell::Text(format!("数据时间：北京时间 {at}"))]);
    table
}

fn room(one: &RoomLoad) -> Vec<Cell> {
    vec![
        "课堂".into(),
        one.title.as_str().into(),
        Cell::number(one.trainees_here),
        Cell::number(one.trainees_max),
        Cell::number(one.staff_here),
        Cell::number(one.on_stage),
        Cell::number(one.legs),
        Cell::number(one.in_bps / 1000),
        Cell::number(one.out_bps / 1000),
        permille(one.loss_permille_p90),
        Cell::number(one.rtt_ms_p90),
        "".into(),
    ]
}

fn worker(one: &WorkerLoad) -> Vec<Cell> {
    let none = || Cell::from("");
    vec![
        "媒体线程".into(),
        Cell::Text(one.worker.to_string()),
        none(),
        none(),
        none(),
        none(),
        Cell::number(one.legs),
        Cell::number(one.in_bps / 1000),
        Cell::number(one.out_bps / 1000),
        none(),
        none(),
        permille(one.cpu_permille),
    ]
}

/// 25 → 2.5%.
fn permille(part: u32) -> Cell {
    Cell::Number(format!("{}.{}%", part / 10, part % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_have_a_row_and_the_last_one_says_when() {
        let worker = WorkerLoad {
            worker: 1,
            port: 5000,
            rooms: 2,
            legs: 100,
            cpu_permille: 125,
            in_bps: 1_500_999,
            out_bps: 150_000_000,
            packets_in: 0,
            packets_out: 0,
            drops: vec![],
        };
        let load = Load { at_ms: 1_605_610_800_000, rooms: vec![], workers: vec![worker], storage: None };
        let rows: Vec<String> = load_table(&load)
            .rows
            .iter()
            .map(|row| row.iter().map(Cell::text).collect::<Vec<_>>().join("|"))
            .collect();
        assert_eq!(
            rows[1..],
            ["媒体线程|1|||||100|1500|150000|||12.5%", "数据时间：北京时间 2020-11-17 19:00:00"]
        );
    }
}
