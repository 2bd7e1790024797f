BEGIN TRANSACTION;
CREATE TABLE advice (
  sequence INTEGER PRIMARY KEY,
  slip_number INTEGER NOT NULL UNIQUE REFERENCES redemption (slip_number),
  id TEXT NOT NULL UNIQUE,
  upstream TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('confirmation', 'reversal')),
  reason TEXT CHECK ((reason IS NOT NULL) = (kind = 'reversal')),
  body_sealed BLOB NOT NULL,
  created_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('owed', 'acknowledged', 'parked', 'disputed')),
  attempts INTEGER NOT NULL CHECK (attempts BETWEEN attempts_ended AND attempts_ended + 1),
  attempts_ended INTEGER NOT NULL CHECK (attempts_ended >= 0),
  last_ended_at TEXT,
  next_due_at TEXT,
  last_cause TEXT,
  acknowledged_at TEXT CHECK (acknowledged_at IS NOT NULL OR state <> 'acknowledged'),
  row_mac BLOB NOT NULL
) STRICT;
INSERT INTO "advice" VALUES(1,2,'advice 1','moment','fingerprint-0004','confirmation',NULL,X'000000000000000B812453DDDCD2DC5429D58B3D922D3A2D63AEA08B5F2D','2026-11-21T12:00:03.250000+00:00','owed',1,0,NULL,NULL,NULL,NULL,X'9CB462752231B6CAA0523E37B8742105B77959C5AA799A815229C3B1378E8674');
CREATE TABLE attempt (
  slip_number INTEGER NOT NULL REFERENCES redemption (slip_number),
  number INTEGER NOT NULL CHECK (number > 0),
  kind TEXT NOT NULL CHECK (kind IN ('send', 'resend', 'fetch')),
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT CHECK (outcome IN ('approved', 'declined', 'unknown')),
  cause TEXT,
  http_status INTEGER,
  body_sealed BLOB,
  row_mac BLOB NOT NULL,
  PRIMARY KEY (slip_number, number),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO "attempt" VALUES(1,1,'send','2026-11-21T12:00:01.250000+00:00','2026-11-21T12:00:02.250000+00:00','unknown','time_out',504,X'0000000000000004BD2AAF21D52B7D59DADF26CEEC339A71BFDDD6AAF85747842F901D002A9D053DE61C75ED505EB1D1A5BEFCF40F15B4C89D38E02ED4C388C6CBA86FAC98F3F812409B152BF4F3119DDE77D0227F0C36F356A61A5FD7820DA4A6D322C8EFFF',X'C94EEE027E64CA3EC839A8C02E6A68C3516234E2BBE143C8E088E172AEFAD4D7');
INSERT INTO "attempt" VALUES(1,2,'resend','2026-11-21T12:00:02.250000+00:00','2026-11-21T12:00:03.250000+00:00','unknown','time_out',504,X'00000000000000053E255384ECDD77F63960186FECF49CA3B26FA58A08225290B084A2A8B2A52802A1262B8B52C15815D338A95B128675DDFDC2A26E761298F850F48C231D071346677307F27772DD98574F9070D1080A888712860099E3812B6B193492D816',X'A295F4388CF259902D40B526D99858850FC5C554C89B8BCD049371390D59F8A4');
INSERT INTO "attempt" VALUES(2,1,'send','2026-11-21T12:00:01.250000+00:00','2026-11-21T12:00:02.250000+00:00','approved',NULL,201,X'000000000000000A51C9EBD33376443B74D8EBD7938043E60108FF27ACA6D3B3624634D15C760C6F093E29573926AFD9EC707EEF249706415ABCFB2A96487D39457DC758B6C7387AC0E5982014972707A4E12ECC165DE3ED350EA6DFF38058FE6A80647212E0',X'26501B091A0A965A8C8F281CC6231A8F62622242D5187F1A017724159E0E5966');
CREATE TABLE happening (
  sequence INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  slip_number INTEGER REFERENCES redemption (slip_number),
  kind TEXT NOT NULL,
  facts TEXT NOT NULL,
  subject TEXT NOT NULL,
  row_mac BLOB NOT NULL,
  chain_mac BLOB NOT NULL
) STRICT;
INSERT INTO "happening" VALUES(1,'2026-11-21T12:00:00.250000+00:00',NULL,'sale_opened','[["sale_id", "sale-1"], ["currency", "ZAR"], ["due_cents", "1900"]]','sale sale-1',X'CA268BD95DAB5C8C19EFBBCFD4A500366DBCED1BCFED2911E8AB414C15FAA639',X'AB9EF65FDE91FECC9B8AA15A0664194B780E7A9855CF98BAFE8573590AF9CB0E');
INSERT INTO "happening" VALUES(2,'2026-11-21T12:00:00.250000+00:00',1,'redemption_prepared','[["sale_id", "sale-1"], ["upstream", "moment"], ["type_id", "1voucher"], ["reference", "200-000"], ["slip_number", "1"], ["amount", "1900"], ["currency", "ZAR"], ["cashier", "Nomsa"]]','redemption 200-000',X'6C3B54928CBE92AAFD1CF9F695E1E444CF3F83E1160545CDE584024725CF0C7E',X'F99F5CB3EC3B18AEA6F7A1C4353FC19484ADB4BC69AB3466B9585D26D08C3120');
INSERT INTO "happening" VALUES(3,'2026-11-21T12:00:01.250000+00:00',1,'redemption_changed','[["before", "prepared"], ["after", "inflight"], ["attempts", "1"], ["attempts_ended", "0"], ["follow_up", "resend"]]','redemption 200-000',X'99D576F15A7C4F3498AA56156760694E7DA92B62FAC880B2E1DCBA72B0D6B1CC',X'D898264F1521B33C6D01E918E9006D38BA8407AFA96EFA990F8D506D2C9B60B2');
INSERT INTO "happening" VALUES(4,'2026-11-21T12:00:01.250000+00:00',1,'attempt_started','[["number", "1"], ["kind", "send"]]','attempt 1 of 200-000',X'B4A481BDB447E931C9BCFEA8516E69AE282F50768E06EF164CE3A82E7ABF62E6',X'46E006FE316E59864EA808C2575BA49A69E7ECEC0DD49B721C418E56A20173D7');
INSERT INTO "happening" VALUES(5,'2026-11-21T12:00:02.250000+00:00',1,'attempt_ended','[["number", "1"], ["outcome", "unknown"], ["cause", "time_out"], ["http_status", "504"]]','attempt 1 of 200-000',X'C94EEE027E64CA3EC839A8C02E6A68C3516234E2BBE143C8E088E172AEFAD4D7',X'A76BFFEB8D9C5E8B593C4569B83C88DB24E7C6A1F51C3EE45035214F9824FC2F');
INSERT INTO "happening" VALUES(6,'2026-11-21T12:00:02.250000+00:00',1,'redemption_changed','[["before", "inflight"], ["after", "inflight"], ["attempts", "1"], ["attempts_ended", "1"], ["follow_up", "resend"], ["next_due_at", "2026-11-21 12:00:09.250000+00:00"]]','redemption 200-000',X'262A656C1366FC48FE5A52A3E2FA2CAA54EA597A6C882B5699D367626D804CA3',X'909BE5F47619EACFEEF2D1E8E2446BD229B1F642BA7953D002153DD106AED7CA');
INSERT INTO "happening" VALUES(7,'2026-11-21T12:00:03.250000+00:00',1,'redemption_changed','[["before", "inflight"], ["after", "inflight"], ["attempts", "2"], ["attempts_ended", "1"], ["follow_up", "resend"]]','redemption 200-000',X'38FE2E989A64F0517ADA10F3C3EC0E1907C7B85FAEC35329AAE23BCE6446AF99',X'83AD0431CC7DFBE28AFA37508FC96A2E98D3801A3ADAE39419D950A594238A72');
INSERT INTO "happening" VALUES(8,'2026-11-21T12:00:02.250000+00:00',1,'attempt_started','[["number", "2"], ["kind", "resend"]]','attempt 2 of 200-000',X'CE28D7D2E1007B3B727D1D179759DFBDD9AC10F3CFFCD6CB2A9860D846E0A14E',X'B73874C565E6231A81C15318799BEB0B3025F5DBCCA335FE6077C4EAB2E168DC');
INSERT INTO "happening" VALUES(9,'2026-11-21T12:00:03.250000+00:00',1,'attempt_ended','[["number", "2"], ["outcome", "unknown"], ["cause", "time_out"], ["http_status", "504"]]','attempt 2 of 200-000',X'A295F4388CF259902D40B526D99858850FC5C554C89B8BCD049371390D59F8A4',X'79E29456A597619E539DEA196E919FB6401E5624CA256F6E3D7D8E19C31969A6');
INSERT INTO "happening" VALUES(10,'2026-11-21T12:00:04.250000+00:00',1,'redemption_changed','[["before", "inflight"], ["after", "approved"], ["attempts", "2"], ["attempts_ended", "2"], ["follow_up", "resend"], ["redeemed_cents", "1900"]]','redemption 200-000',X'C039F123FCAB60F36CEBD3E47A392ED571764151B076ED1A0D839E0D1D0797D1',X'3CA3EDACABACC5082173CEC6718B04167991D7E36A284CD3A5F115023345A150');
INSERT INTO "happening" VALUES(11,'2026-11-21T12:00:04.250000+00:00',1,'redemption_changed','[["before", "approved"], ["after", "final"], ["attempts", "2"], ["attempts_ended", "2"], ["follow_up", "resend"], ["redeemed_cents", "1900"]]','redemption 200-000',X'AE8299C185F97068D71D04AF96E6EDA946C7B2B475620F53E7632B094FD1D592',X'89CD79EA0C0D874BAD75AEC8EB26FC24173F5930FFC151550D5C55A753C3468B');
INSERT INTO "happening" VALUES(12,'2026-11-21T12:00:04.250000+00:00',NULL,'sale_closed','[["sale_id", "sale-1"], ["state", "paid"]]','sale sale-1',X'AE969EB8F0FCED14E9D25DE736B9D9E1B19F706F06F889D54C67C65A1171C7CF',X'B9161770173934188FBA5AF49EB9CDAA18874CB7F4C1B7C309A5CDCEAAB6B035');
INSERT INTO "happening" VALUES(13,'2026-11-21T12:00:05.250000+00:00',1,'print_queued','[["number", "1"], ["kind", "original"], ["copy_number", "0"], ["by", "Nomsa"]]','paper 1 of 200-000',X'187AA25CBFE703AD1189B9AE93E6E7B16784533ED345899B67B60096A4028FFB',X'9674ABC0AF7117C2BC1967328FEBB5777CB331DB76799AD638150AA872D0D025');
INSERT INTO "happening" VALUES(14,'2026-11-21T12:00:06.250000+00:00',1,'print_moved','[["number", "1"], ["before", "queued"], ["after", "sent"]]','paper 1 of 200-000',X'16092A9BAC7F2A1FF568170AD93D898A02BA685311642EBC33FC4D565A13004A',X'57AB3F7BE8C55CAB611892249559BA892992A1DC3387A5C98A9998DADC08036B');
INSERT INTO "happening" VALUES(15,'2026-11-21T12:00:06.250000+00:00',1,'print_moved','[["number", "1"], ["before", "sent"], ["after", "confirmed"]]','paper 1 of 200-000',X'2A1796AD10E9E7573150F2D0D7EF4BE5446CB092D4ED37FF7BC16A4337E7C946',X'DC18B09677C04D2170B9FE933CAD74ADAFBC0446228663AC00F87C080C70C6CC');
INSERT INTO "happening" VALUES(16,'2026-11-21T12:00:00.250000+00:00',NULL,'sale_opened','[["sale_id", "sale-3"], ["currency", "ZAR"], ["due_cents", "1900"]]','sale sale-3',X'6DFF2032228414C658789B26504062D84FCD6F1F168DD5DD988ABAC2ACAC21C4',X'2C44C92032B759320859118C5D38E1EA29F017CB0871BD5A889A86599D4E0520');
INSERT INTO "happening" VALUES(17,'2026-11-21T12:00:00.250000+00:00',2,'redemption_prepared','[["sale_id", "sale-3"], ["upstream", "moment"], ["type_id", "1voucher"], ["reference", "400-000"], ["slip_number", "2"], ["amount", "1900"], ["currency", "ZAR"], ["cashier", "Nomsa"]]','redemption 400-000',X'AFB9EAE429C2C141BA4431EADF5C989BC949A932A1C4513B336B707E41E9BE63',X'975C6AAC0408FF2B0DB7FC1A6F7F80C509D76988DEAB821ED8B4E2227F259976');
INSERT INTO "happening" VALUES(18,'2026-11-21T12:00:01.250000+00:00',2,'redemption_changed','[["before", "prepared"], ["after", "inflight"], ["attempts", "1"], ["attempts_ended", "0"], ["follow_up", "resend"]]','redemption 400-000',X'95237947980A81ECED86378997C7983C993FD77CF6180E2174803FB050CACDDC',X'BFE36C415D8A517304E6377F1CC0459DE19DD739F90D84A1B039325E46B2324D');
INSERT INTO "happening" VALUES(19,'2026-11-21T12:00:01.250000+00:00',2,'attempt_started','[["number", "1"], ["kind", "send"]]','attempt 1 of 400-000',X'447242053E188514856E8108BD15CE152283252D1481D99F8757A2E4C5CB1E67',X'F7461FA1E960698FC1166095D4AC6828814C588A5187BE40596F1C3C19AB72F3');
INSERT INTO "happening" VALUES(20,'2026-11-21T12:00:02.250000+00:00',2,'attempt_ended','[["number", "1"], ["outcome", "approved"], ["http_status", "201"]]','attempt 1 of 400-000',X'26501B091A0A965A8C8F281CC6231A8F62622242D5187F1A017724159E0E5966',X'32D6A1A39FF5DB42DA128B845923237CAD5E15EA2693C5741E3BEAA1014E6136');
INSERT INTO "happening" VALUES(21,'2026-11-21T12:00:02.250000+00:00',2,'redemption_changed','[["before", "inflight"], ["after", "approved"], ["attempts", "1"], ["attempts_ended", "1"], ["follow_up", "resend"], ["redeemed_cents", "1900"]]','redemption 400-000',X'2668C60C4715DDAB2787FEF128669885D7FC402DB5320D4E22CCE2494695491E',X'16167F18A6886A28A589E210D65FF648DA76A2D25844220EF09687232216C33C');
INSERT INTO "happening" VALUES(22,'2026-11-21T12:00:03.250000+00:00',2,'advice_owed','[["id", "advice 1"], ["kind", "confirmation"]]','advice of 400-000',X'26997CF8E95D812B7CB778410C152EDB4A114729BAF7528AE5E473A750821B9A',X'1FCE625C2195D783A79F3D744448F955462E2F32A5C8AE5080320AFB12000F5A');
INSERT INTO "happening" VALUES(23,'2026-11-21T12:00:03.250000+00:00',2,'redemption_changed','[["before", "approved"], ["after", "final"], ["attempts", "1"], ["attempts_ended", "1"], ["follow_up", "resend"], ["redeemed_cents", "1900"]]','redemption 400-000',X'55D15F408B05C5F6B38B07BA185DC0EDA8E54601E8A8570F034A6967E5228EBF',X'772AB6230C1A036EAC6A7D8A8C696AC3254518EB2E97B838D05FEACDFF305AE4');
INSERT INTO "happening" VALUES(24,'2026-11-21T12:00:03.250000+00:00',NULL,'sale_closed','[["sale_id", "sale-3"], ["state", "paid"]]','sale sale-3',X'22B426DD08759BC8D7EBAC8EC1643DEBBD34C5162DD458360CC2910ED6939627',X'2D0FF92A03B5F9449159F866609D5D317385FCD28DB38893E1B68922BF1F8A24');
INSERT INTO "happening" VALUES(25,'2026-11-21T12:00:04.250000+00:00',2,'advice_attempt_started','[["id", "advice 1"], ["kind", "confirmation"], ["attempts", "1"]]','advice of 400-000',X'9CB462752231B6CAA0523E37B8742105B77959C5AA799A815229C3B1378E8674',X'AF987C79FBEF458002EB12A4756ADF6A64A072928AF502E8DEC03F9C6F12268F');
CREATE TABLE keeper (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  key_check BLOB NOT NULL,
  opened_count INTEGER NOT NULL CHECK (opened_count >= 0)
) STRICT;
INSERT INTO "keeper" VALUES(1,X'3DFEC0E849861ED43C59D03DFFD50C6E28E1898A23E44A0FCD13C00E4850A039',1);
CREATE TABLE kept_types (
  upstream TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  types TEXT NOT NULL,
  row_mac BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE print_job (
  slip_number INTEGER NOT NULL REFERENCES redemption (slip_number),
  number INTEGER NOT NULL CHECK (number > 0),
  kind TEXT NOT NULL CHECK (kind IN ('original', 'copy', 'pending')),
  copy_number INTEGER NOT NULL CHECK (copy_number >= 0),
  state TEXT NOT NULL CHECK (state IN (
    'queued', 'sent', 'not_sent', 'uncertain', 'confirmed', 'not_complete'
  )),
  queued_at TEXT NOT NULL,
  queued_by TEXT NOT NULL,
  row_mac BLOB NOT NULL,
  PRIMARY KEY (slip_number, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "print_job" VALUES(1,1,'original',0,'confirmed','2026-11-21T12:00:05.250000+00:00','Nomsa',X'2A1796AD10E9E7573150F2D0D7EF4BE5446CB092D4ED37FF7BC16A4337E7C946');
CREATE TABLE print_move (
  sequence INTEGER PRIMARY KEY,
  slip_number INTEGER NOT NULL,
  number INTEGER NOT NULL,
  before TEXT,
  after TEXT NOT NULL,
  FOREIGN KEY (slip_number, number) REFERENCES print_job (slip_number, number)
) STRICT;
INSERT INTO "print_move" VALUES(1,1,1,NULL,'queued');
INSERT INTO "print_move" VALUES(2,1,1,'queued','sent');
INSERT INTO "print_move" VALUES(3,1,1,'sent','confirmed');
CREATE TABLE redemption (
  slip_number INTEGER PRIMARY KEY CHECK (slip_number > 0),
  id TEXT NOT NULL UNIQUE,
  reference TEXT NOT NULL UNIQUE,
  sale_id TEXT NOT NULL REFERENCES sale (id),
  upstream TEXT NOT NULL,
  type_id TEXT NOT NULL,
  type_name TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  voucher_tail TEXT NOT NULL,
  amount_cents INTEGER CHECK (amount_cents > 0),
  is_full_value INTEGER NOT NULL CHECK (is_full_value = (amount_cents IS NULL)),
  currency TEXT NOT NULL,
  idempotency_key TEXT NOT NULL UNIQUE,
  cashier TEXT NOT NULL,
  created_at TEXT NOT NULL,
  sms_to TEXT,
  change_manner TEXT NOT NULL,
  row_key BLOB NOT NULL,
  request_sealed BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN (
    'prepared', 'inflight', 'approved', 'final', 'reversing', 'declined', 'abandoned',
    'reversed', 'reversed_unverified', 'unclaimed', 'attention', 'resolved'
  )),
  attempts INTEGER NOT NULL CHECK (attempts >= attempts_ended),
  attempts_ended INTEGER NOT NULL CHECK (attempts_ended >= 0),
  conflicts INTEGER NOT NULL CHECK (conflicts >= 0),
  first_sent_wall TEXT,
  first_sent_monotonic_s REAL,
  first_sent_boot_id TEXT,
  last_ended_wall TEXT,
  last_ended_monotonic_s REAL,
  last_ended_boot_id TEXT,
  next_due_at TEXT,
  last_cause TEXT,
  follow_up TEXT NOT NULL,
  is_resend_spent INTEGER NOT NULL CHECK (is_resend_spent IN (0, 1)),
  upstream_id TEXT,
  upstream_version INTEGER NOT NULL CHECK (upstream_version >= 0),
  upstream_reference TEXT,
  redeemed_cents INTEGER CHECK (redeemed_cents > 0),
  change_cents INTEGER,
  change_sealed BLOB,
  decline TEXT,
  attention TEXT,
  is_slip_finished INTEGER NOT NULL DEFAULT 0 CHECK (is_slip_finished IN (0, 1)),
  row_mac BLOB NOT NULL, known_age_s REAL CHECK (known_age_s >= 0), upstream_kind TEXT CHECK (upstream_kind = 'advised'), has_confirmation INTEGER
  CHECK ((has_confirmation IS NULL) = (upstream_kind IS NULL) AND has_confirmation IN (0, 1)), is_advice_effective INTEGER
  CHECK ((is_advice_effective IS NULL) = (upstream_kind IS NULL) AND is_advice_effective IN (0, 1)),
  CHECK (state <> 'final' OR redeemed_cents IS NOT NULL)
) STRICT;
INSERT INTO "redemption" VALUES(1,'00000002-0000-4000-8000-000000000000','200-000','sale-1','moment','1voucher','1Voucher','fingerprint-0002','0937',1900,0,'ZAR','key-2','Nomsa','2026-11-21T12:00:00.250000+00:00','082 *** 9463','inline',X'0000000000000002B101C3601EA849488D8AE9FAAB403C4552D06D06D57AD8D530A4AE8AEDD0BE68AF9EE1FC528BC35EDBD0CFBDAA3B2DAD',X'0000000000000003A38E5E00032EBF3372122409F98C6A4CA736F768A4703D7318E37E4B6F37CB2F50D38EE5EA9F146948CA45A44F449A1D8CA937E394F7A8FB045085','final',2,2,1,'2026-11-21T12:00:01.250000+00:00',1001.5,'boot-1','2026-11-21T12:00:03.375000+00:00',1003.625,'boot-1',NULL,NULL,'resend',0,'rdm_1',2,'UP-77',1900,8100,X'00000000000000067A12441BB1A76C39B08B77B79C0ED8B4450688D92801EB3023B8B14F6FAFBBBE2532ACC086198FEE3E00A64550C5267179F6774285071406B30A368F019DFF576B49A2B8865F6FF7830EA71BFF2B8239E29ED33D4FF08B34989EEEE8A909D9679D849AC3B8DC5D3030AA1D408BC7BD7BEE2A655AC897A7A6F26F0BC0613C0E17B9611118746547958B1817B353385097D60F1CC2CAC490F9B598FA536ADBA0255075C6ECB14B60BB655089BEE55C6AF1FC23396EEA02E34BFEFA23AD4598A087965C4D572354E70FD0D8CC6F72AEE5C69CD0AD92936EDF47753B38A8D21A',NULL,NULL,1,X'AE8299C185F97068D71D04AF96E6EDA946C7B2B475620F53E7632B094FD1D592',2.125,NULL,NULL,NULL);
INSERT INTO "redemption" VALUES(2,'00000004-0000-4000-8000-000000000000','400-000','sale-3','moment','1voucher','1Voucher','fingerprint-0004','0937',1900,0,'ZAR','key-4','Nomsa','2026-11-21T12:00:00.250000+00:00','082 *** 9463','inline',X'0000000000000008A24095613F8F87417CA2C8F15E9D2F924324B331145DBB609D7CA6EEE65986132F9ACAE0CFF038878C2C6FF3619C2C0F',X'0000000000000009607F3A2508948480EB2C9BB60867BD5C98719C79D979A0C0ABC0947FC9422836C5F4DCD7E892A1A920373022BBE0CB682C7492E07FC94C128AAB2E','final',1,1,0,'2026-11-21T12:00:01.250000+00:00',1001.5,'boot-1','2026-11-21T12:00:02.250000+00:00',1002.5,'boot-1',NULL,NULL,'resend',0,'u1',0,NULL,1900,NULL,NULL,NULL,NULL,0,X'55D15F408B05C5F6B38B07BA185DC0EDA8E54601E8A8570F034A6967E5228EBF',1.0,'advised',1,1);
CREATE TABLE redemption_move (
  sequence INTEGER PRIMARY KEY,
  slip_number INTEGER NOT NULL REFERENCES redemption (slip_number),
  before TEXT,
  after TEXT NOT NULL
) STRICT;
INSERT INTO "redemption_move" VALUES(1,1,NULL,'prepared');
INSERT INTO "redemption_move" VALUES(2,1,'prepared','inflight');
INSERT INTO "redemption_move" VALUES(3,1,'inflight','approved');
INSERT INTO "redemption_move" VALUES(4,1,'approved','final');
INSERT INTO "redemption_move" VALUES(5,2,NULL,'prepared');
INSERT INTO "redemption_move" VALUES(6,2,'prepared','inflight');
INSERT INTO "redemption_move" VALUES(7,2,'inflight','approved');
INSERT INTO "redemption_move" VALUES(8,2,'approved','final');
CREATE TABLE sale (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  currency TEXT NOT NULL,
  due_cents INTEGER CHECK (due_cents > 0),
  opened_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'set_aside')),
  row_mac BLOB NOT NULL
) STRICT;
INSERT INTO "sale" VALUES(1,'sale-1','ZAR',1900,'2026-11-21T12:00:00.250000+00:00','paid',X'AE969EB8F0FCED14E9D25DE736B9D9E1B19F706F06F889D54C67C65A1171C7CF');
INSERT INTO "sale" VALUES(2,'sale-3','ZAR',1900,'2026-11-21T12:00:00.250000+00:00','paid',X'22B426DD08759BC8D7EBAC8EC1643DEBBD34C5162DD458360CC2910ED6939627');
CREATE INDEX redemption_of_sale ON redemption (sale_id);
CREATE INDEX redemption_open ON redemption (slip_number)
  WHERE state IN ('prepared', 'inflight', 'approved', 'reversing');
CREATE INDEX redemption_for_a_person ON redemption (slip_number)
  WHERE state IN ('unclaimed', 'attention');
CREATE INDEX redemption_slip_to_finish ON redemption (slip_number)
  WHERE state = 'final' AND is_slip_finished = 0;
CREATE UNIQUE INDEX redemption_one_open_per_sale ON redemption (sale_id)
  WHERE state IN ('prepared', 'inflight', 'approved', 'reversing');
CREATE UNIQUE INDEX redemption_one_unsettled_per_voucher ON redemption (fingerprint)
  WHERE state IN ('prepared', 'inflight', 'approved', 'reversing', 'unclaimed', 'attention');
CREATE INDEX redemption_move_of_redemption ON redemption_move (slip_number, sequence);
CREATE UNIQUE INDEX print_job_one_original ON print_job (slip_number)
  WHERE kind = 'original' AND state <> 'not_sent';
CREATE INDEX print_move_of_job ON print_move (slip_number, number, sequence);
CREATE INDEX happening_of_redemption ON happening (slip_number, sequence)
  WHERE slip_number IS NOT NULL;
CREATE TRIGGER sale_is_born_open BEFORE INSERT ON sale
  WHEN NEW.state <> 'open'
  BEGIN SELECT RAISE(ABORT, 'a sale is born open'); END;
CREATE TRIGGER sale_is_closed_once BEFORE UPDATE ON sale
  WHEN OLD.state <> 'open' OR NEW.state = 'open'
  BEGIN SELECT RAISE(ABORT, 'a sale is closed once'); END;
CREATE TRIGGER sale_is_fixed BEFORE UPDATE ON sale
  WHEN OLD.sequence IS NOT NEW.sequence OR OLD.id IS NOT NEW.id
    OR OLD.currency IS NOT NEW.currency OR OLD.due_cents IS NOT NEW.due_cents
    OR OLD.opened_at IS NOT NEW.opened_at
  BEGIN SELECT RAISE(ABORT, 'a sale keeps what it was opened with'); END;
CREATE TRIGGER sale_is_kept BEFORE DELETE ON sale
  BEGIN SELECT RAISE(ABORT, 'a sale is never deleted'); END;
CREATE TRIGGER redemption_is_born_prepared BEFORE INSERT ON redemption
  WHEN NEW.state <> 'prepared'
  BEGIN SELECT RAISE(ABORT, 'a redemption is born prepared'); END;
CREATE TRIGGER redemption_is_numbered BEFORE INSERT ON redemption
  WHEN NEW.slip_number <> 1 + (SELECT coalesce(max(slip_number), 0) FROM redemption)
  BEGIN SELECT RAISE(ABORT, 'a slip number is the next one'); END;
CREATE TRIGGER redemption_needs_an_open_sale BEFORE INSERT ON redemption
  WHEN (SELECT state FROM sale WHERE id = NEW.sale_id) <> 'open'
  BEGIN SELECT RAISE(ABORT, 'the sale is closed'); END;
CREATE TRIGGER redemption_is_over BEFORE UPDATE OF
  state, attempts, attempts_ended, conflicts, last_ended_wall, last_ended_monotonic_s,
  last_ended_boot_id, next_due_at, last_cause, follow_up, is_resend_spent, upstream_id,
  upstream_version, upstream_reference, decline, attention, row_mac ON redemption
  WHEN OLD.state IN ('declined', 'abandoned', 'reversed', 'reversed_unverified', 'resolved')
  BEGIN SELECT RAISE(ABORT, 'a redemption that is over never changes'); END;
CREATE TRIGGER redemption_is_fixed BEFORE UPDATE ON redemption
  WHEN OLD.slip_number IS NOT NEW.slip_number OR OLD.id IS NOT NEW.id
    OR OLD.reference IS NOT NEW.reference OR OLD.sale_id IS NOT NEW.sale_id
    OR OLD.upstream IS NOT NEW.upstream OR OLD.type_id IS NOT NEW.type_id
    OR OLD.type_name IS NOT NEW.type_name OR OLD.fingerprint IS NOT NEW.fingerprint
    OR OLD.voucher_tail IS NOT NEW.voucher_tail OR OLD.amount_cents IS NOT NEW.amount_cents
    OR OLD.is_full_value IS NOT NEW.is_full_value OR OLD.currency IS NOT NEW.currency
    OR OLD.idempotency_key IS NOT NEW.idempotency_key OR OLD.cashier IS NOT NEW.cashier
    OR OLD.created_at IS NOT NEW.created_at OR OLD.sms_to IS NOT NEW.sms_to
    OR OLD.change_manner IS NOT NEW.change_manner OR OLD.row_key IS NOT NEW.row_key
    OR OLD.request_sealed IS NOT NEW.request_sealed
  BEGIN SELECT RAISE(ABORT, 'a redemption keeps what it was prepared with'); END;
CREATE TRIGGER redemption_learns_once BEFORE UPDATE ON redemption
  WHEN (OLD.first_sent_wall IS NOT NULL AND (
      OLD.first_sent_wall IS NOT NEW.first_sent_wall
      OR OLD.first_sent_monotonic_s IS NOT NEW.first_sent_monotonic_s
      OR OLD.first_sent_boot_id IS NOT NEW.first_sent_boot_id))
    OR (OLD.redeemed_cents IS NOT NULL AND OLD.redeemed_cents IS NOT NEW.redeemed_cents)
    OR (OLD.change_sealed IS NOT NULL AND (
      OLD.change_sealed IS NOT NEW.change_sealed OR OLD.change_cents IS NOT NEW.change_cents))
  BEGIN SELECT RAISE(ABORT, 'what was taken and given is written once'); END;
CREATE TRIGGER redemption_never_goes_back BEFORE UPDATE ON redemption
  WHEN OLD.attempts > NEW.attempts OR OLD.attempts_ended > NEW.attempts_ended
    OR OLD.upstream_version > NEW.upstream_version OR OLD.is_slip_finished > NEW.is_slip_finished
  BEGIN SELECT RAISE(ABORT, 'counts and versions never go back'); END;
CREATE TRIGGER redemption_never_overpays AFTER UPDATE OF state ON redemption
  WHEN NEW.state = 'final' AND (SELECT due_cents FROM sale WHERE id = NEW.sale_id) < (
    SELECT sum(redeemed_cents) FROM redemption WHERE sale_id = NEW.sale_id AND state = 'final'
  )
  BEGIN SELECT RAISE(ABORT, 'a sale is never overpaid'); END;
CREATE TRIGGER redemption_is_kept BEFORE DELETE ON redemption
  BEGIN SELECT RAISE(ABORT, 'a redemption is never deleted'); END;
CREATE TRIGGER redemption_birth_is_recorded AFTER INSERT ON redemption
  BEGIN
    INSERT INTO redemption_move (slip_number, before, after)
    VALUES (NEW.slip_number, NULL, NEW.state);
  END;
CREATE TRIGGER redemption_move_is_recorded AFTER UPDATE OF state ON redemption
  WHEN OLD.state <> NEW.state
  BEGIN
    INSERT INTO redemption_move (slip_number, before, after)
    VALUES (NEW.slip_number, OLD.state, NEW.state);
  END;
CREATE TRIGGER redemption_move_is_unchanged BEFORE UPDATE ON redemption_move
  BEGIN SELECT RAISE(ABORT, 'a move is never changed'); END;
CREATE TRIGGER redemption_move_is_kept BEFORE DELETE ON redemption_move
  BEGIN SELECT RAISE(ABORT, 'a move is never deleted'); END;
CREATE TRIGGER attempt_is_born_without_end BEFORE INSERT ON attempt
  WHEN NEW.ended_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'an attempt is born without an end'); END;
CREATE TRIGGER attempt_is_the_next BEFORE INSERT ON attempt
  WHEN EXISTS (
      SELECT 1 FROM attempt WHERE slip_number = NEW.slip_number AND ended_at IS NULL)
    OR NEW.number <> 1 + (
      SELECT coalesce(max(number), 0) FROM attempt WHERE slip_number = NEW.slip_number)
  BEGIN SELECT RAISE(ABORT, 'another attempt was started'); END;
CREATE TRIGGER attempt_ends_once BEFORE UPDATE ON attempt
  WHEN OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
  BEGIN SELECT RAISE(ABORT, 'an attempt ends once'); END;
CREATE TRIGGER attempt_is_fixed BEFORE UPDATE ON attempt
  WHEN OLD.slip_number IS NOT NEW.slip_number OR OLD.number IS NOT NEW.number
    OR OLD.kind IS NOT NEW.kind OR OLD.started_at IS NOT NEW.started_at
  BEGIN SELECT RAISE(ABORT, 'an attempt keeps what it was started with'); END;
CREATE TRIGGER attempt_is_kept BEFORE DELETE ON attempt
  BEGIN SELECT RAISE(ABORT, 'an attempt is never deleted'); END;
CREATE TRIGGER print_job_is_born_queued BEFORE INSERT ON print_job
  WHEN NEW.state <> 'queued'
  BEGIN SELECT RAISE(ABORT, 'a paper is born queued'); END;
CREATE TRIGGER print_job_is_the_next BEFORE INSERT ON print_job
  WHEN NEW.number <> 1 + (
    SELECT coalesce(max(number), 0) FROM print_job WHERE slip_number = NEW.slip_number)
  BEGIN SELECT RAISE(ABORT, 'another paper was counted'); END;
CREATE TRIGGER print_job_moves_by_the_table BEFORE UPDATE ON print_job
  WHEN OLD.state || '>' || NEW.state NOT IN (
    'queued>sent', 'queued>not_sent', 'queued>uncertain',
    'sent>confirmed', 'sent>not_complete',
    'uncertain>confirmed', 'uncertain>not_complete'
  )
  BEGIN SELECT RAISE(ABORT, 'a paper moves by the table of moves'); END;
CREATE TRIGGER print_job_is_fixed BEFORE UPDATE ON print_job
  WHEN OLD.slip_number IS NOT NEW.slip_number OR OLD.number IS NOT NEW.number
    OR OLD.kind IS NOT NEW.kind OR OLD.copy_number IS NOT NEW.copy_number
    OR OLD.queued_at IS NOT NEW.queued_at OR OLD.queued_by IS NOT NEW.queued_by
  BEGIN SELECT RAISE(ABORT, 'a paper keeps what it was queued with'); END;
CREATE TRIGGER print_job_is_kept BEFORE DELETE ON print_job
  BEGIN SELECT RAISE(ABORT, 'a paper is never deleted'); END;
CREATE TRIGGER print_job_birth_is_recorded AFTER INSERT ON print_job
  BEGIN
    INSERT INTO print_move (slip_number, number, before, after)
    VALUES (NEW.slip_number, NEW.number, NULL, NEW.state);
  END;
CREATE TRIGGER print_job_move_is_recorded AFTER UPDATE OF state ON print_job
  BEGIN
    INSERT INTO print_move (slip_number, number, before, after)
    VALUES (NEW.slip_number, NEW.number, OLD.state, NEW.state);
  END;
CREATE TRIGGER print_job_finishes_its_redemption AFTER UPDATE OF state ON print_job
  WHEN NEW.state = 'confirmed' AND NEW.kind IN ('original', 'copy')
  BEGIN
    UPDATE redemption SET is_slip_finished = 1 WHERE slip_number = NEW.slip_number;
  END;
CREATE TRIGGER print_move_is_unchanged BEFORE UPDATE ON print_move
  BEGIN SELECT RAISE(ABORT, 'a move is never changed'); END;
CREATE TRIGGER print_move_is_kept BEFORE DELETE ON print_move
  BEGIN SELECT RAISE(ABORT, 'a move is never deleted'); END;
CREATE TRIGGER kept_types_are_kept BEFORE DELETE ON kept_types
  BEGIN SELECT RAISE(ABORT, 'kept types are never deleted'); END;
CREATE TRIGGER happening_is_the_next BEFORE INSERT ON happening
  WHEN NEW.sequence <> 1 + (SELECT coalesce(max(sequence), 0) FROM happening)
  BEGIN SELECT RAISE(ABORT, 'a happening is the next one'); END;
CREATE TRIGGER happening_is_unchanged BEFORE UPDATE ON happening
  BEGIN SELECT RAISE(ABORT, 'a happening is never changed'); END;
CREATE TRIGGER happening_is_kept BEFORE DELETE ON happening
  BEGIN SELECT RAISE(ABORT, 'a happening is never deleted'); END;
CREATE TRIGGER keeper_counts_up BEFORE UPDATE ON keeper
  WHEN OLD.key_check IS NOT NEW.key_check OR NEW.opened_count <= OLD.opened_count
  BEGIN SELECT RAISE(ABORT, 'the keeper only counts up'); END;
CREATE TRIGGER keeper_is_kept BEFORE DELETE ON keeper
  BEGIN SELECT RAISE(ABORT, 'the keeper is never deleted'); END;
CREATE INDEX advice_to_be_sent ON advice (sequence)
  WHERE state IN ('owed', 'parked') OR (state = 'acknowledged' AND next_due_at IS NOT NULL);
CREATE TRIGGER redemption_moves_by_the_table BEFORE UPDATE OF state ON redemption
  WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'prepared>inflight', 'prepared>abandoned',
    'inflight>approved', 'inflight>declined', 'inflight>reversing', 'inflight>attention',
    'approved>final', 'approved>reversing', 'approved>unclaimed',
    'final>reversing', 'final>attention',
    'reversing>reversed', 'reversing>reversed_unverified', 'reversing>attention',
    'unclaimed>resolved', 'attention>resolved'
  )
  BEGIN SELECT RAISE(ABORT, 'a redemption moves by the table of moves'); END;
CREATE TRIGGER redemption_kind_is_fixed BEFORE UPDATE ON redemption
  WHEN OLD.upstream_kind IS NOT NEW.upstream_kind
    OR OLD.has_confirmation IS NOT NEW.has_confirmation
    OR OLD.is_advice_effective IS NOT NEW.is_advice_effective
  BEGIN SELECT RAISE(ABORT, 'a redemption keeps the kind it was prepared with'); END;
CREATE TRIGGER redemption_owes_its_reversal BEFORE UPDATE OF state ON redemption
  WHEN NEW.state = 'reversing' AND NEW.upstream_kind = 'advised' AND NOT EXISTS (
    SELECT 1 FROM advice WHERE slip_number = NEW.slip_number AND kind = 'reversal')
  BEGIN SELECT RAISE(ABORT, 'what is reversed owes its reversal'); END;
CREATE TRIGGER redemption_owes_its_confirmation BEFORE UPDATE OF state ON redemption
  WHEN NEW.state = 'final' AND NEW.has_confirmation = 1 AND NOT EXISTS (
    SELECT 1 FROM advice WHERE slip_number = NEW.slip_number AND kind = 'confirmation')
  BEGIN SELECT RAISE(ABORT, 'what is final owes its confirmation'); END;
CREATE TRIGGER redemption_is_reversed_by_its_advice BEFORE UPDATE OF state ON redemption
  WHEN NEW.state IN ('reversed', 'reversed_unverified') AND NEW.upstream_kind = 'advised'
    AND NOT EXISTS (
      SELECT 1 FROM advice WHERE slip_number = NEW.slip_number
        AND kind = 'reversal' AND state = 'acknowledged')
  BEGIN SELECT RAISE(ABORT, 'a reversal is over when it is acknowledged'); END;
CREATE TRIGGER advice_is_born_owed BEFORE INSERT ON advice
  WHEN NEW.state <> 'owed' OR NEW.attempts <> 0
  BEGIN SELECT RAISE(ABORT, 'an advice is born owed'); END;
CREATE TRIGGER advice_is_the_next BEFORE INSERT ON advice
  WHEN NEW.sequence <> 1 + (SELECT coalesce(max(sequence), 0) FROM advice)
  BEGIN SELECT RAISE(ABORT, 'an advice is the next one'); END;
CREATE TRIGGER advice_is_for_its_kind BEFORE INSERT ON advice
  WHEN (SELECT upstream_kind FROM redemption WHERE slip_number = NEW.slip_number) IS NULL
  BEGIN SELECT RAISE(ABORT, 'an upstream with a key is told nothing'); END;
CREATE TRIGGER advice_follows_its_request BEFORE INSERT ON advice
  WHEN EXISTS (SELECT 1 FROM attempt WHERE slip_number = NEW.slip_number AND ended_at IS NULL)
  BEGIN SELECT RAISE(ABORT, 'an advice never overtakes its request'); END;
CREATE TRIGGER advice_moves_by_the_table BEFORE UPDATE ON advice
  WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'owed>acknowledged', 'owed>parked', 'owed>disputed',
    'parked>acknowledged', 'parked>disputed', 'acknowledged>disputed'
  )
  BEGIN SELECT RAISE(ABORT, 'an advice moves by the table of moves'); END;
CREATE TRIGGER advice_is_over BEFORE UPDATE ON advice
  WHEN OLD.state = 'disputed' OR (OLD.state = 'acknowledged' AND OLD.next_due_at IS NULL)
  BEGIN SELECT RAISE(ABORT, 'an advice that is over never changes'); END;
CREATE TRIGGER advice_is_fixed BEFORE UPDATE ON advice
  WHEN OLD.sequence IS NOT NEW.sequence OR OLD.slip_number IS NOT NEW.slip_number
    OR OLD.id IS NOT NEW.id OR OLD.upstream IS NOT NEW.upstream
    OR OLD.fingerprint IS NOT NEW.fingerprint OR OLD.created_at IS NOT NEW.created_at
  BEGIN SELECT RAISE(ABORT, 'an advice keeps what it was written with'); END;
CREATE TRIGGER advice_is_turned_unsent BEFORE UPDATE ON advice
  WHEN (OLD.kind IS NOT NEW.kind OR OLD.reason IS NOT NEW.reason
      OR OLD.body_sealed IS NOT NEW.body_sealed)
    AND NOT (OLD.kind = 'confirmation' AND NEW.kind = 'reversal'
      AND OLD.attempts = 0 AND NEW.attempts = 0)
  BEGIN SELECT RAISE(ABORT, 'an advice keeps its kind and bytes'); END;
CREATE TRIGGER advice_counts_up BEFORE UPDATE ON advice
  WHEN OLD.attempts > NEW.attempts OR OLD.attempts_ended > NEW.attempts_ended
    OR (OLD.acknowledged_at IS NOT NULL AND OLD.acknowledged_at IS NOT NEW.acknowledged_at)
  BEGIN SELECT RAISE(ABORT, 'attempts of an advice never go back'); END;
CREATE TRIGGER advice_is_kept BEFORE DELETE ON advice
  BEGIN SELECT RAISE(ABORT, 'an advice is never deleted'); END;
COMMIT;
