-- Owner: package handover. What was handed to townships, what they would not take, and how it was ruled.

-- 交办: each rests on an item of the list or on an admission (AE-2.2).
CREATE TABLE handovers (
	case_id   TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
	number    TEXT NOT NULL CHECK (number <> ''),
	matter    TEXT NOT NULL CHECK (matter <> ''),
	unit_id   TEXT NOT NULL,
	basis     TEXT NOT NULL CHECK (basis IN ('item', 'admission')),
	code      TEXT NOT NULL DEFAULT '',
	admission TEXT NOT NULL DEFAULT '',
	rests     TEXT NOT NULL CHECK (rests <> ''), -- in words, as it was called that day
	due_on    TEXT NOT NULL CHECK (length(due_on) = 10),
	handed_at TEXT NOT NULL,
	ended_at  TEXT NOT NULL DEFAULT '',
	ended     TEXT NOT NULL DEFAULT '' CHECK (ended IN ('', 'done', 'withdrawn')),
	end_text  TEXT NOT NULL DEFAULT '',
	CHECK (basis <> 'item' OR code <> ''),
	CHECK (basis <> 'admission' OR admission <> ''),
	CHECK ((ended_at = '') = (ended = ''))
);
CREATE INDEX handovers_unit ON handovers (unit_id, handed_at);

-- How a hand-over stands with each township: received or contested, not both.
CREATE TABLE handover_townships (
	case_id      TEXT NOT NULL REFERENCES handovers (case_id),
	unit_id      TEXT NOT NULL,
	received_at  TEXT NOT NULL DEFAULT '',
	received_by  TEXT NOT NULL DEFAULT '',
	contested_at TEXT NOT NULL DEFAULT '',
	ruling       TEXT NOT NULL DEFAULT '' CHECK (ruling IN ('', 'upheld', 'dismissed', 'withdrawn')),
	ruled_at     TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (case_id, unit_id),
	CHECK (received_at = '' OR contested_at = ''),
	CHECK (ruling = '' OR contested_at <> ''),
	CHECK ((ruling = '') = (ruled_at = ''))
);
CREATE INDEX handover_townships_unit ON handover_townships (unit_id, case_id);

-- What the list office rules on: a contested hand-over, or work beside the list
-- that a township reports (then handover is '').
CREATE TABLE disputes (
	case_id  TEXT NOT NULL PRIMARY KEY REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED, -- of a contest the case is saved after its line
	number   TEXT NOT NULL CHECK (number <> ''),
	handover TEXT NOT NULL DEFAULT '',
	matter   TEXT NOT NULL,
	township TEXT NOT NULL,
	unit_id  TEXT NOT NULL,
	ground   TEXT NOT NULL CHECK (ground IN ('unlisted', 'expired', 'beyond', 'unserved', 'unprovided', 'other')),
	filed_at TEXT NOT NULL,
	ruling   TEXT NOT NULL DEFAULT '' CHECK (ruling IN ('', 'upheld', 'dismissed', 'withdrawn')),
	reasons  TEXT NOT NULL DEFAULT '',
	ruled_at TEXT NOT NULL DEFAULT '',
	CHECK ((ruling = '') = (reasons = '')),
	CHECK ((ruling = '') = (ruled_at = ''))
);
CREATE INDEX disputes_unit ON disputes (unit_id, filed_at);

-- Wording that a notice to townships must not use, each with its source. Nothing is
-- deleted; what was taken out says who did it.
CREATE TABLE wordings (
	id           TEXT NOT NULL PRIMARY KEY,
	words        TEXT NOT NULL CHECK (words <> ''),
	why          TEXT NOT NULL CHECK (why <> ''),
	source       TEXT NOT NULL CHECK (source <> ''),
	entered_at   TEXT NOT NULL,
	entered_name TEXT NOT NULL,
	removed_at   TEXT NOT NULL DEFAULT '',
	removed_name TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX wordings_words ON wordings (words) WHERE removed_at = '';
INSERT INTO wordings (id, words, why, source, entered_at, entered_name) VALUES
	('w01', '填表格', '不得频繁要求基层填表格报材料', '整治形式主义为基层减负若干规定，三、统筹规范督查检查考核（中办、国办，2024年）', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w02', '报材料', '不得频繁要求基层填表格报材料', '整治形式主义为基层减负若干规定，三、统筹规范督查检查考核（中办、国办，2024年）', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w03', '贯彻落实情况', '文件一般不提出报送贯彻落实情况的要求', '整治形式主义为基层减负若干规定，一、切实精简文件（中办、国办，2024年）', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w04', '制定配套文件', '文件一般不提出制定配套文件的要求', '整治形式主义为基层减负若干规定，一、切实精简文件（中办、国办，2024年）', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w05', '责任状', '不以签订责任状把部门的责任转给乡镇（街道）', '区内设定', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w06', '责任书', '不以签订责任书把部门的责任转给乡镇（街道）', '区内设定', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w07', '一票否决', '不自行设置一票否决', '区内设定', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w08', '每日报送', '不要求每日报送；紧急情况写明起止时间', '区内设定', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w09', '日报告', '不要求每日报送；紧急情况写明起止时间', '区内设定', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w10', '台账', '不要求另建台账；能从现有记录里取的，不再要', '区内设定', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w11', '排名通报', '不对乡镇（街道）排名通报', '区内设定', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w12', '截图', '不以截图、照片代替对工作的评价', '区内设定', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w13', '打卡', '不要求在政务 App、工作群打卡', '区内设定', '2026-01-01T00:00:00.000000Z', '系统预置'),
	('w14', '属地管理', '不以属地管理把部门自身的职责转给乡镇（街道）', '区内设定', '2026-01-01T00:00:00.000000Z', '系统预置');
