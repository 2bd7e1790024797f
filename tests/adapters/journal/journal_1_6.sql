BEGIN TRANSACTION;
CREATE TABLE acceptance (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  accepted_at TEXT NOT NULL,
  accepted_by TEXT NOT NULL CHECK (accepted_by <> ''),
  reason TEXT NOT NULL CHECK (reason <> ''),
  found TEXT NOT NULL CHECK (found <> ''),
  row_mac BLOB NOT NULL
) STRICT;
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
INSERT INTO "advice" VALUES(1,5,'d4c0a1f2-43a1-4f6e-9d0e-1c8a4b7d2e91','moment','fingerprint-0010','confirmation',NULL,X'00000000000000140F8FD17A957CCA6207ED23774D460DDF7B4AEFFF33E6B5949A3DED03AA859F6707AD427A38CCA998CC644F04D51F0C93419AFD79D28F989A872474','2026-11-20T09:00:00+00:00','owed',1,1,'2026-11-21T12:00:05.250000+00:00','2026-11-21T12:00:09.250000+00:00','time_out',NULL,X'10834B41BE395F92835DD51AFA26D368913EFE9C5976A9498C2DE701E7ECE715');
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
INSERT INTO "attempt" VALUES(5,1,'send','2026-11-21T12:00:01.250000+00:00','2026-11-21T12:00:02.250000+00:00','unknown','time_out',504,X'0000000000000013144802BF1C18C6A01649024B8191E1B863F5B8F44998F84F6B25F8D9AB88CD5AC358970D2C241FDF29056C3A147D4E4F1ED6A1AA674BF4AA864FCB6121B6C2AFAF1E1EA0C27B7AEF87D637A3E5DBEB032B89EF06B1477BEBBB3B2FABC115',X'A085C4C4CEB0212759855C962AF9B9F504E5428D1EAFAC932DF330D7DE544C5B');
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
INSERT INTO "happening" VALUES(10,'2026-11-21T12:00:04.250000+00:00',1,'redemption_changed','[["before", "inflight"], ["after", "approved"], ["attempts", "2"], ["attempts_ended", "2"], ["follow_up", "resend"], ["redeemed_cents", "1900"]]','redemption 200-000',X'97697D083E09CB93E4BCF38E440D9303D2BA05DA3DCF905BBC090A1605D19C43',X'07746A5413AC544F76DFE0E10FB03AE5F8876ABB0628A1D864E0F0C36525E45A');
INSERT INTO "happening" VALUES(11,'2026-11-21T12:00:04.250000+00:00',1,'redemption_changed','[["before", "approved"], ["after", "final"], ["attempts", "2"], ["attempts_ended", "2"], ["follow_up", "resend"], ["redeemed_cents", "1900"]]','redemption 200-000',X'8F54334E84C82423AB78C488B8CB64DCC5C770F3B7638ABB9E470D072FF9B1C9',X'692F8EA18BA3A8455AEB12EBBEB67D5AF50612CB2C9FB0E121DB153D2B2C6E9C');
INSERT INTO "happening" VALUES(12,'2026-11-21T12:00:04.250000+00:00',NULL,'sale_closed','[["sale_id", "sale-1"], ["state", "paid"]]','sale sale-1',X'AE969EB8F0FCED14E9D25DE736B9D9E1B19F706F06F889D54C67C65A1171C7CF',X'21E146E6240182073BE1649FE48F681A9E0883FFBFCAFB21AD41D8974ED2EF08');
INSERT INTO "happening" VALUES(13,'2026-11-21T12:00:05.250000+00:00',1,'print_queued','[["number", "1"], ["kind", "original"], ["copy_number", "0"], ["by", "Nomsa"]]','paper 1 of 200-000',X'187AA25CBFE703AD1189B9AE93E6E7B16784533ED345899B67B60096A4028FFB',X'27B12BA6754712CCEB78CFCEF1574E14F102753CC1A93B42C90DBC39E90C47C9');
INSERT INTO "happening" VALUES(14,'2026-11-21T12:00:06.250000+00:00',1,'print_moved','[["number", "1"], ["before", "queued"], ["after", "sent"]]','paper 1 of 200-000',X'16092A9BAC7F2A1FF568170AD93D898A02BA685311642EBC33FC4D565A13004A',X'0F0EF247B01FBE883242D6AAD9AA65BFD679FDC0E6A1DDA4D65EDF7C153542FD');
INSERT INTO "happening" VALUES(15,'2026-11-21T12:00:06.250000+00:00',1,'print_moved','[["number", "1"], ["before", "sent"], ["after", "confirmed"]]','paper 1 of 200-000',X'2A1796AD10E9E7573150F2D0D7EF4BE5446CB092D4ED37FF7BC16A4337E7C946',X'E6DF3342B8150DA0A219DF73E646331D84990A536679D4BFD32598C13A529983');
INSERT INTO "happening" VALUES(16,'2026-11-21T12:00:00.250000+00:00',NULL,'sale_opened','[["sale_id", "sale-3"], ["currency", "ZAR"], ["due_cents", "1900"]]','sale sale-3',X'6DFF2032228414C658789B26504062D84FCD6F1F168DD5DD988ABAC2ACAC21C4',X'ADCF0781D9D5491C6914F9486BAEF9B568E531C1421DB5E97ADF36F74BDCB326');
INSERT INTO "happening" VALUES(17,'2026-11-21T12:00:00.250000+00:00',2,'redemption_prepared','[["sale_id", "sale-3"], ["upstream", "moment"], ["type_id", "1voucher"], ["reference", "400-000"], ["slip_number", "2"], ["amount", "1900"], ["currency", "ZAR"], ["cashier", "Nomsa"]]','redemption 400-000',X'11328A94A8ED4C43C1B9620F95F097F0C7EA51F8B33F9406B8C7D538F59DA3D0',X'1779C4C73EEB76A4C2418E57665A46AE5B87391A8CC92E095D9C330F20541E52');
INSERT INTO "happening" VALUES(18,'2026-11-21T12:00:01.250000+00:00',2,'redemption_changed','[["before", "prepared"], ["after", "inflight"], ["attempts", "0"], ["attempts_ended", "0"], ["follow_up", "resend"]]','redemption 400-000',X'B9294362173F0578E24E006C437AD1054CD31B973FACCC84AFFA820CA819BBCF',X'643F84B4C5824F5C3BF0D3879FC9B3BE3CFCFCDE626136B3535F1FBE76697C2B');
INSERT INTO "happening" VALUES(19,'2026-11-21T12:00:00.250000+00:00',NULL,'sale_opened','[["sale_id", "sale-5"], ["currency", "ZAR"], ["due_cents", "1900"]]','sale sale-5',X'09968FF10FD71F2700F1EF5EA44EA2B97CBB2A1A525A84905DFC7D4C14B0C7DF',X'297C05671278F03018AEC13C59696D981D81D3E151F99C65E61148E7BE98FECA');
INSERT INTO "happening" VALUES(20,'2026-11-21T12:00:00.250000+00:00',3,'redemption_prepared','[["sale_id", "sale-5"], ["upstream", "moment"], ["type_id", "1voucher"], ["reference", "600-000"], ["slip_number", "3"], ["amount", "1900"], ["currency", "ZAR"], ["cashier", "Nomsa"]]','redemption 600-000',X'FACDE819750F1F60420F90C795684228D12B7838B43202F5C2F8400A99BBFAAC',X'E696D1F3BD1FD91609D9A957ED6278349869AB317B42227846904D2E6F3EB375');
INSERT INTO "happening" VALUES(21,'2026-11-21T12:00:01.250000+00:00',3,'redemption_changed','[["before", "prepared"], ["after", "inflight"], ["attempts", "0"], ["attempts_ended", "0"], ["follow_up", "resend"]]','redemption 600-000',X'B88DFC1E7995198636C290613677A4648D283E9E819D3A34BB54F9B4B5E02123',X'8C2CA844CED5F48E8FE36746C4B0D9FB1BD22564467DA5A849838AE08EBB0027');
INSERT INTO "happening" VALUES(22,'2026-11-21T12:00:01.250000+00:00',3,'redemption_changed','[["before", "inflight"], ["after", "approved"], ["attempts", "0"], ["attempts_ended", "0"], ["follow_up", "resend"], ["redeemed_cents", "1900"]]','redemption 600-000',X'E04C6F51F76DA1735BBB091A3BC9407D53AECE500CAAD7556AF5750C3C4CDBA6',X'FA3DA8B636C842737D23DFB1ED86BEFD15AE3F7209205B5AF3EAABB64675CA8C');
INSERT INTO "happening" VALUES(23,'2026-11-21T12:00:01.250000+00:00',3,'redemption_changed','[["before", "approved"], ["after", "final"], ["attempts", "0"], ["attempts_ended", "0"], ["follow_up", "resend"], ["redeemed_cents", "1900"]]','redemption 600-000',X'604E39D4D162D68E04C74D17D742D7C3B3D0DB340D348FF7F390EB289435E0A0',X'826E37FD676CF685B930B18457F9EA009FB84BEFCA19AF79EB9F9ABF85A9BD51');
INSERT INTO "happening" VALUES(24,'2026-11-21T12:00:00.250000+00:00',NULL,'sale_opened','[["sale_id", "sale-7"], ["currency", "ZAR"], ["due_cents", "1900"]]','sale sale-7',X'997CD976DE1795F66D5686AF133F161C993FB32306CEEF85B7DDA1F5E9EB8D68',X'33AA74336A2AAAC8A52109372FA73E78A8CD133D705950B555AB09BB8281FCCD');
INSERT INTO "happening" VALUES(25,'2026-11-21T12:00:00.250000+00:00',4,'redemption_prepared','[["sale_id", "sale-7"], ["upstream", "moment"], ["type_id", "1voucher"], ["reference", "800-000"], ["slip_number", "4"], ["amount", "1900"], ["currency", "ZAR"], ["cashier", "Nomsa"]]','redemption 800-000',X'98A2CF7BADF294503CFD2C29C451FFD6E2BD701968EA4F43825145CAD089998D',X'C288EE9493662BE09922CB328112218655A4268077610DAAF831B3E68729464E');
INSERT INTO "happening" VALUES(26,'2026-11-21T12:00:01.250000+00:00',4,'redemption_changed','[["before", "prepared"], ["after", "inflight"], ["attempts", "0"], ["attempts_ended", "0"], ["follow_up", "resend"]]','redemption 800-000',X'787C49CC8DCD3BD0C2F87333BD8E03A1301E317AF73B71442F5AD94913ED95C5',X'B7F54AEEFB1F989EDD0487D0CE916FEC137A0E8A20E4D467E3C3A73871433CC3');
INSERT INTO "happening" VALUES(27,'2026-11-21T12:00:01.250000+00:00',4,'redemption_changed','[["before", "inflight"], ["after", "attention"], ["attempts", "0"], ["attempts_ended", "0"], ["follow_up", "resend"]]','redemption 800-000',X'2828D26E260438CDAE43114E33685F1207C6AD373053E10A4D2F45D1AEB902DE',X'3652652DF97FC8174B5A9B8CE24BE26B7BADC610F437E3AE5F8F98B59D7B2039');
INSERT INTO "happening" VALUES(28,'2026-11-21T12:00:00.250000+00:00',NULL,'types_kept','[["upstream", "moment"], ["types", "1"]]','types of moment',X'6F757C59AA4B4362DEAE8E6574AA9DD2D7C8EEFA6F02188D352B142F7973E704',X'1D39A27044141487C9F68BE35D133F4DE0DDB335A80DC76089C8B3DCF952FAC6');
INSERT INTO "happening" VALUES(29,'2026-11-21T12:00:00.250000+00:00',NULL,'sale_opened','[["sale_id", "sale-9"], ["currency", "ZAR"], ["due_cents", "1900"]]','sale sale-9',X'D7358BD3428EF57DE636F25974712378A2DB8D89B5238929197B49D97F7A16D8',X'F9C74A20BCDAB5BF0137ED1EB79B338FCF9A52EE4263B623893CEA80DAD61086');
INSERT INTO "happening" VALUES(30,'2026-11-21T12:00:00.250000+00:00',5,'redemption_prepared','[["sale_id", "sale-9"], ["upstream", "moment"], ["type_id", "1voucher"], ["reference", "A00-000"], ["slip_number", "5"], ["amount", "1900"], ["currency", "ZAR"], ["cashier", "Nomsa"]]','redemption A00-000',X'E166BB84C04B1393C416286DC70CF79B76E240A5D67D34B5829A395170D372F1',X'774FE38A1DABED6A1128EC478CBAFBFA42694A465728BF3230369AD6ECA296CA');
INSERT INTO "happening" VALUES(31,'2026-11-21T12:00:01.250000+00:00',5,'redemption_changed','[["before", "prepared"], ["after", "inflight"], ["attempts", "1"], ["attempts_ended", "0"], ["follow_up", "resend"]]','redemption A00-000',X'A0F4B6B12A38CCF260443C03604AD45E776B7001C77487A49BA22EA8C05CA704',X'CE6F8A83CE02648E042174E61B493CF89B16E13610C932FF6D38C9D836D76D45');
INSERT INTO "happening" VALUES(32,'2026-11-21T12:00:01.250000+00:00',5,'attempt_started','[["number", "1"], ["kind", "send"]]','attempt 1 of A00-000',X'DA5B84BEF247C96554384428AAC1E33297E5077ED678EE192A6D092D74049D9C',X'9CB285BE2030115900E1E1810D8165AF9B1320CADFAFE391BC08910A7AB63517');
INSERT INTO "happening" VALUES(33,'2026-11-21T12:00:02.250000+00:00',5,'attempt_ended','[["number", "1"], ["outcome", "unknown"], ["cause", "time_out"], ["http_status", "504"]]','attempt 1 of A00-000',X'A085C4C4CEB0212759855C962AF9B9F504E5428D1EAFAC932DF330D7DE544C5B',X'378D954653F56675AEAC7021FFEC40992EC829BFE9A42FA8886D14CA853E853D');
INSERT INTO "happening" VALUES(34,'2026-11-21T12:00:02.250000+00:00',5,'redemption_changed','[["before", "inflight"], ["after", "approved"], ["attempts", "1"], ["attempts_ended", "1"], ["follow_up", "resend"], ["redeemed_cents", "1900"]]','redemption A00-000',X'B58184563AD9F6D806CED2999888EDD4CD83EB00665E230DCEBF7FC933760EA2',X'BBDDAD3A891E6900A7B3BC2B2BA91DAE247872D8B11D054DAE2F72E8CFBFAC91');
INSERT INTO "happening" VALUES(35,'2026-11-20T09:00:00+00:00',5,'advice_owed','[["id", "d4c0a1f2-43a1-4f6e-9d0e-1c8a4b7d2e91"], ["kind", "confirmation"]]','advice of A00-000',X'B4FC497288D2042ABC335126A9F0A213877AA1883C9D21DC9086AD978FA46291',X'043B43C6A2D3A4B7036F2A276CE786CB76A2994D2CCE4BF52F387C8715219B92');
INSERT INTO "happening" VALUES(36,'2026-11-21T12:00:03.250000+00:00',5,'redemption_changed','[["before", "approved"], ["after", "final"], ["attempts", "1"], ["attempts_ended", "1"], ["follow_up", "resend"], ["redeemed_cents", "1900"]]','redemption A00-000',X'84AFC06A763997EBAD5723A8C9AF13092B671BB32D7113D80C1E4AAA93DFBFCE',X'2E775122A380B16F711961F8BDFBEAFE0BA6EAB768FB6B4B233BA05FEEF2129E');
INSERT INTO "happening" VALUES(37,'2026-11-21T12:00:03.250000+00:00',NULL,'sale_closed','[["sale_id", "sale-9"], ["state", "paid"]]','sale sale-9',X'039880F43B4883EB0C96831EE2C3F579B8F9653D204DF071767D73868E318CCD',X'FDF454235B71641F06F26271B6BA5D3732165A602F6532AFDDD6DD634C175C6C');
INSERT INTO "happening" VALUES(38,'2026-11-21T12:00:04.250000+00:00',5,'advice_attempt_started','[["id", "d4c0a1f2-43a1-4f6e-9d0e-1c8a4b7d2e91"], ["kind", "confirmation"], ["attempts", "1"]]','advice of A00-000',X'11CBD77564A9C3D7BA9FC74D7A21CDB4C067BA6E8C8E6F3EC718FD1BD3C002B9',X'B0199E64A7ABD52B1D7BDD656C37DDEE64B5CA646C99BE22BD6B2C6BDF54690E');
INSERT INTO "happening" VALUES(39,'2026-11-21T12:00:05.250000+00:00',5,'advice_attempt_ended','[["id", "d4c0a1f2-43a1-4f6e-9d0e-1c8a4b7d2e91"], ["kind", "confirmation"], ["attempts", "1"], ["outcome", "repeat"], ["cause", "time_out"], ["before", "owed"], ["after", "owed"], ["next_due_at", "2026-11-21 12:00:09.250000+00:00"]]','advice of A00-000',X'10834B41BE395F92835DD51AFA26D368913EFE9C5976A9498C2DE701E7ECE715',X'58EF5CD6EB8965F57CD360D7CF298CADD37B85FB11852088124632EC25A18A0C');
INSERT INTO "happening" VALUES(40,'2026-11-21T12:00:06.250000+00:00',1,'void_asked','[["reason", "goods_returned"], ["by", "Nomsa"]]','redemption 200-000',X'8F54334E84C82423AB78C488B8CB64DCC5C770F3B7638ABB9E470D072FF9B1C9',X'B991ECF72ADAFE4D00E13B7DA866258CE3330192161D673CBCC34C7BA8993382');
INSERT INTO "happening" VALUES(41,'2026-11-21T12:00:06.250000+00:00',1,'code_shown','[["by", "Nomsa"]]','redemption 200-000',X'8F54334E84C82423AB78C488B8CB64DCC5C770F3B7638ABB9E470D072FF9B1C9',X'0B3CE64963EA7795B62C1ACD42FF7A39004EA4F47B29E57AFEEDDA5274F1C9D7');
INSERT INTO "happening" VALUES(42,'2026-11-21T12:00:00.250000+00:00',NULL,'sale_opened','[["sale_id", "sale-11"], ["currency", "ZAR"], ["due_cents", "1900"]]','sale sale-11',X'CE7857C7D1406BFC60A051190E7223803E51242AABB0E9B67CA5F9D1A303F0EC',X'2CBA72DF94862C5C625D3CB270A37C402C75756DBB58F424AC91FA2C17E8A72E');
INSERT INTO "happening" VALUES(43,'2026-11-21T12:00:00.250000+00:00',6,'redemption_prepared','[["sale_id", "sale-11"], ["upstream", "moment"], ["type_id", "1voucher"], ["reference", "C00-000"], ["slip_number", "6"], ["amount", "1900"], ["currency", "ZAR"], ["cashier", "Nomsa"]]','redemption C00-000',X'0AAA8586E215ED02E1B0C05B283599FD3A07B67ED031E6D691E1C56C5C13218D',X'7C728AE54333B430A351DFD795EAEDCBC20E44ABA2F112549210C0A8CE3864AF');
INSERT INTO "happening" VALUES(44,'2026-11-21T12:00:01.250000+00:00',6,'redemption_changed','[["before", "prepared"], ["after", "inflight"], ["attempts", "0"], ["attempts_ended", "0"], ["follow_up", "resend"]]','redemption C00-000',X'EC198F742E2FD2452D0EA54CBB4E77FDA00B4FAC536D801198AEEBD0156D5600',X'872799CCC057D86D0024007B7DD2A7F45E8233E8B20DAEFE4050D4DF387916E5');
INSERT INTO "happening" VALUES(45,'2026-11-21T12:00:00.250000+00:00',6,'customer_noted','[["sale_id", "sale-11"], ["customer", "asked"]]','sale sale-11',X'1C86F18F3DA722CA44DF032597966B0DB00DF835FA36EFABD529A4808B6E8BAE',X'370CDE4A50F5DCF28B50668C131082F2A2CDAE02BD662CBE4CD24960405E9C93');
CREATE TABLE keeper (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  key_check BLOB NOT NULL,
  opened_count INTEGER NOT NULL CHECK (opened_count >= 0)
, row_mac BLOB) STRICT;
INSERT INTO "keeper" VALUES(1,X'3DFEC0E849861ED43C59D03DFFD50C6E28E1898A23E44A0FCD13C00E4850A039',1,X'9A5EBDE210818AA10E4981FB47C31D4DC600C96F8891C2A574D6E31400C90C01');
CREATE TABLE kept_types (
  upstream TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  types TEXT NOT NULL,
  row_mac BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "kept_types" VALUES('moment','2026-11-21T12:00:00.250000+00:00','[{"id": "gift", "upstream": "moment", "category": "gift_card", "name": "Gift card", "fields": [{"name": "pin", "label": "PIN", "kind": "digits", "is_required": true, "is_sensitive": true, "hint": "", "example": "", "length": 16, "choices": [], "wire": "text", "minimum": "", "maximum": "", "length_min": null, "length_max": null, "pattern": "", "currency": "ZAR"}, {"name": "size", "label": "Size", "kind": "choice", "is_required": true, "is_sensitive": false, "hint": "", "example": "", "length": null, "choices": [{"value": "small", "label": "small", "wire": "text"}, {"value": "large", "label": "large", "wire": "text"}], "wire": "text", "minimum": "", "maximum": "", "length_min": null, "length_max": null, "pattern": "", "currency": "ZAR"}], "description": "Words \u2013 with a dash", "website": "", "colour": "#123456", "currency": "ZAR", "can_redeem": true, "can_look_up": true, "can_redeem_part": true, "change": "inline", "kind": "keyed", "has_confirmation": false, "is_advice_effective": true, "can_refund": false, "limits": {"least_cents": null, "most_cents": null, "currency": "ZAR"}}]',X'6F757C59AA4B4362DEAE8E6574AA9DD2D7C8EEFA6F02188D352B142F7973E704');
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
  CHECK ((is_advice_effective IS NULL) = (upstream_kind IS NULL) AND is_advice_effective IN (0, 1)), can_refund INTEGER
  CHECK (can_refund IS NULL OR (can_refund IN (0, 1) AND upstream_kind IS NOT NULL)), refund_of TEXT REFERENCES redemption (id)
  CHECK (refund_of IS NULL OR (upstream_kind IS NOT NULL AND can_refund = 0)), is_refunded INTEGER NOT NULL DEFAULT 0
  CHECK (is_refunded IN (0, 1)),
  CHECK (state <> 'final' OR redeemed_cents IS NOT NULL)
) STRICT;
INSERT INTO "redemption" VALUES(1,'00000002-0000-4000-8000-000000000000','200-000','sale-1','moment','1voucher','1Voucher','fingerprint-0002','0937',1900,0,'ZAR','key-2','Nomsa','2026-11-21T12:00:00.250000+00:00','082 *** 9463','inline',X'0000000000000002B101C3601EA849488D8AE9FAAB403C4552D06D06D57AD8D530A4AE8AEDD0BE68AF9EE1FC528BC35EDBD0CFBDAA3B2DAD',X'0000000000000003A38E5E00032EBF3372122409F98C6A4CA736F768A4703D7318E37E4B6F37CB2F50D38EE5EA9F146948CA45A44F449A1D8CA937E394F7A8FB045085','final',2,2,1,'2026-11-21T12:00:01.250000+00:00',1001.5,'boot-1','2026-11-21T12:00:03.375000+00:00',1003.625,'boot-1',NULL,NULL,'resend',0,'rdm_1',2,'UP-77',1900,8100,X'0000000000000006DFF71F8A8CF46FA52F55EAEF129161D545069BDF2246A2323BAED82475E7E6E13E2DBBD5851F8FE43016BB5C41937C2B38A8312BC44E5A14A1447FCA6480EF3C650BE1B9804262F3CD7DE94CB87FD57BF89CC72E258D9C339D9EECF8B303D92EC58081C4B8F2222630AA4E1DD68BFE3E806432059EC8A5BEB03648933E744B17F024415B233B28C3C64144EF122D5D82C06C60D4D0D688EBB5DDB4027BD1A52F5679DAA0F84978A97726D9F2B84D6DF2FE313F78FA5BB500BEB96FFD06C6FADDD54C4154233CAE4CD58BB92D24F0BBAFCC99CAD9CA2CC44E62787FE98755FA46D200070D56A771B9305112D4A385167AFF4C3FFA182BAE600DC65255343AFFC377CEF8584DA6DBB442F89AAB1050F2A303769ED4A0D4123559189B734CFFE9B7C66DBAD33F0F3E9330C28E832602F283DD89CD0F674745CFFDB2C2D301BE50EBAD1533105A0CE20D999B52063E97F397949336A529FA5CE32523DC1D3F306B5631146332EAC84F1B09EA5C916455D52F1087BC422A0E37A43B0968FDC22B9E110E4DAFE34DA2230E3AAE5A8152926F4913910898FE01E1C69D3C75C71B542E43C3B7030005BB94AB1125371AD607B43150C347025AD15020FE18C676B434E640E123AA0F5CEAE259AC278043FC1493185F7579CD99DB1F9585F5E9',NULL,NULL,1,X'8F54334E84C82423AB78C488B8CB64DCC5C770F3B7638ABB9E470D072FF9B1C9',2.125,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "redemption" VALUES(2,'00000004-0000-4000-8000-000000000000','400-000','sale-3','moment','1voucher','1Voucher','fingerprint-0004','0937',1900,0,'ZAR','key-4','Nomsa','2026-11-21T12:00:00.250000+00:00','082 *** 9463','inline',X'0000000000000008A24095613F8F87417CA2C8F15E9D2F924324B331145DBB609D7CA6EEE65986132F9ACAE0CFF038878C2C6FF3619C2C0F',X'0000000000000009607F3A2508948480EB2C9BB60867BD5C98719C79D979A0C0ABC0947FC9422836C5F4DCD7E892A1A920373022BBE0CB682C7492E07FC94C128AAB2E','inflight',0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'resend',0,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,0,X'B9294362173F0578E24E006C437AD1054CD31B973FACCC84AFFA820CA819BBCF',NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "redemption" VALUES(3,'00000006-0000-4000-8000-000000000000','600-000','sale-5','moment','1voucher','1Voucher','fingerprint-0006','0937',1900,0,'ZAR','key-6','Nomsa','2026-11-21T12:00:00.250000+00:00','082 *** 9463','inline',X'000000000000000B03F8FBD7C16C3875415B461474E4EFF64DF57F7E2491E24CFD569CE97475C989BB99DBE6B092CAEFEA1F1F98388718A2',X'000000000000000C9054F5CFA2AF0453F5876F7D4A0D7BE1D2ABFFBB71BEA7E1A877B84CB15A7CB0A7A713868EEABDE03511A3375F965D000BF2ED39BFDABE69BB2DAB','final',0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'resend',0,NULL,0,NULL,1900,NULL,NULL,NULL,NULL,0,X'604E39D4D162D68E04C74D17D742D7C3B3D0DB340D348FF7F390EB289435E0A0',NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "redemption" VALUES(4,'00000008-0000-4000-8000-000000000000','800-000','sale-7','moment','1voucher','1Voucher','fingerprint-0008','0937',1900,0,'ZAR','key-8','Nomsa','2026-11-21T12:00:00.250000+00:00','082 *** 9463','inline',X'000000000000000E85481495E8096C438C780B9D733D1C60C7B3337404587B85FDA3CEAC1192CBC95154DA24530810417F36E268084F0639',X'000000000000000F3885CADA3A5981EF279506C84DDD1FF7A79BE1FD15AD531DC990D6F36030165D1363D3C0870F511E8FB67F510F6233361AA324389139FCF0410163','attention',0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'resend',0,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,0,X'2828D26E260438CDAE43114E33685F1207C6AD373053E10A4D2F45D1AEB902DE',NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "redemption" VALUES(5,'0000000a-0000-4000-8000-000000000000','A00-000','sale-9','moment','1voucher','1Voucher','fingerprint-0010','0937',1900,0,'ZAR','key-10','Nomsa','2026-11-21T12:00:00.250000+00:00','082 *** 9463','inline',X'0000000000000011BD27735F67C58D0F7027698339EE3D1B8CF90FE16361CD8A08D7048725E6B5A73914DA3F0F394113BA9AF4B2ABAE04C3',X'0000000000000012C237B6858BBE957CAC58127F8A77445D87BAF8D96A66489392C816CCC150AFD3F77FD4E58F99147A1A941C519F1E329E905EE2255D8478F19FE897','final',1,1,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'resend',0,NULL,0,NULL,1900,NULL,NULL,NULL,NULL,0,X'84AFC06A763997EBAD5723A8C9AF13092B671BB32D7113D80C1E4AAA93DFBFCE',NULL,'advised',1,1,1,NULL,0);
INSERT INTO "redemption" VALUES(6,'0000000c-0000-4000-8000-000000000000','C00-000','sale-11','moment','1voucher','1Voucher','fingerprint-0012','0937',1900,0,'ZAR','key-12','Nomsa','2026-11-21T12:00:00.250000+00:00','082 *** 9463','inline',X'0000000000000016A46885228F65C61AD4953A055B5254A90F8E48CE18B2969B5B7CDF6A06C33E83654CCFF7739F9BC3D7105835654CDC32',X'000000000000001792BE97C1342B36DCD0F166AA587F570BACD1840043390DA000E37AA9311FBFBB5FF991124C6294307404A57C7F851E7FA5E489232154CD7A9D65AB','inflight',0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'resend',0,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,0,X'EC198F742E2FD2452D0EA54CBB4E77FDA00B4FAC536D801198AEEBD0156D5600',NULL,NULL,NULL,NULL,NULL,NULL,0);
CREATE TABLE sale (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  currency TEXT NOT NULL,
  due_cents INTEGER CHECK (due_cents > 0),
  opened_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'set_aside')),
  row_mac BLOB NOT NULL
, customer TEXT
  CHECK (customer IN ('asked', 'here', 'paid_otherwise', 'gone')), customer_at TEXT
  CHECK ((customer IS NULL) = (customer_at IS NULL))) STRICT;
INSERT INTO "sale" VALUES(1,'sale-1','ZAR',1900,'2026-11-21T12:00:00.250000+00:00','paid',X'AE969EB8F0FCED14E9D25DE736B9D9E1B19F706F06F889D54C67C65A1171C7CF',NULL,NULL);
INSERT INTO "sale" VALUES(2,'sale-3','ZAR',1900,'2026-11-21T12:00:00.250000+00:00','open',X'6DFF2032228414C658789B26504062D84FCD6F1F168DD5DD988ABAC2ACAC21C4',NULL,NULL);
INSERT INTO "sale" VALUES(3,'sale-5','ZAR',1900,'2026-11-21T12:00:00.250000+00:00','open',X'09968FF10FD71F2700F1EF5EA44EA2B97CBB2A1A525A84905DFC7D4C14B0C7DF',NULL,NULL);
INSERT INTO "sale" VALUES(4,'sale-7','ZAR',1900,'2026-11-21T12:00:00.250000+00:00','open',X'997CD976DE1795F66D5686AF133F161C993FB32306CEEF85B7DDA1F5E9EB8D68',NULL,NULL);
INSERT INTO "sale" VALUES(5,'sale-9','ZAR',1900,'2026-11-21T12:00:00.250000+00:00','paid',X'039880F43B4883EB0C96831EE2C3F579B8F9653D204DF071767D73868E318CCD',NULL,NULL);
INSERT INTO "sale" VALUES(6,'sale-11','ZAR',1900,'2026-11-21T12:00:00.250000+00:00','open',X'1C86F18F3DA722CA44DF032597966B0DB00DF835FA36EFABD529A4808B6E8BAE','asked','2026-11-21T12:00:00.250000+00:00');
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
CREATE UNIQUE INDEX print_job_one_original ON print_job (slip_number)
  WHERE kind = 'original' AND state <> 'not_sent';
CREATE INDEX happening_of_redemption ON happening (slip_number, sequence)
  WHERE slip_number IS NOT NULL;
CREATE TRIGGER sale_is_born_open BEFORE INSERT ON sale
  WHEN NEW.state <> 'open'
  BEGIN SELECT RAISE(ABORT, 'a sale is born open'); END;
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
CREATE TRIGGER print_job_finishes_its_redemption AFTER UPDATE OF state ON print_job
  WHEN NEW.state = 'confirmed' AND NEW.kind IN ('original', 'copy')
  BEGIN
    UPDATE redemption SET is_slip_finished = 1 WHERE slip_number = NEW.slip_number;
  END;
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
CREATE UNIQUE INDEX redemption_one_refund ON redemption (refund_of)
  WHERE refund_of IS NOT NULL AND state NOT IN ('declined', 'abandoned', 'reversed');
CREATE TRIGGER refund_gives_back_what_was_taken BEFORE INSERT ON redemption
  WHEN NEW.refund_of IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM redemption AS taken WHERE taken.id = NEW.refund_of
      AND taken.state = 'final' AND taken.refund_of IS NULL AND taken.can_refund = 1
      AND taken.redeemed_cents = NEW.amount_cents AND taken.currency = NEW.currency
      AND taken.upstream = NEW.upstream AND taken.fingerprint = NEW.fingerprint
      AND taken.type_id = NEW.type_id AND taken.has_confirmation = NEW.has_confirmation
      AND taken.is_advice_effective = NEW.is_advice_effective)
  BEGIN SELECT RAISE(ABORT, 'a refund gives back what a final redemption took'); END;
CREATE TRIGGER refund_waits_for_the_confirmation BEFORE INSERT ON redemption
  WHEN NEW.refund_of IS NOT NULL AND EXISTS (
    SELECT 1 FROM advice JOIN redemption AS taken USING (slip_number)
    WHERE taken.id = NEW.refund_of AND advice.state <> 'acknowledged')
  BEGIN SELECT RAISE(ABORT, 'what is refunded is confirmed before'); END;
CREATE TRIGGER refund_is_whole BEFORE UPDATE OF redeemed_cents ON redemption
  WHEN NEW.refund_of IS NOT NULL AND NEW.redeemed_cents <> NEW.amount_cents
  BEGIN SELECT RAISE(ABORT, 'a refund gives back all of it'); END;
CREATE TRIGGER refund_is_fixed BEFORE UPDATE ON redemption
  WHEN OLD.refund_of IS NOT NEW.refund_of OR OLD.can_refund IS NOT NEW.can_refund
  BEGIN SELECT RAISE(ABORT, 'a refund keeps what it gives back'); END;
CREATE TRIGGER refund_is_never_taken_back BEFORE UPDATE OF state ON redemption
  WHEN NEW.refund_of IS NOT NULL AND OLD.state = 'final' AND NEW.state = 'reversing'
  BEGIN SELECT RAISE(ABORT, 'a refund that is final is not reversed'); END;
CREATE TRIGGER refund_marks_what_it_gives_back AFTER UPDATE OF state ON redemption
  WHEN NEW.refund_of IS NOT NULL AND (OLD.state = 'final') <> (NEW.state = 'final')
  BEGIN UPDATE redemption SET is_refunded = (NEW.state = 'final') WHERE id = NEW.refund_of; END;
CREATE TRIGGER acceptance_is_the_next BEFORE INSERT ON acceptance
  WHEN NEW.number <> 1 + (SELECT coalesce(max(number), 0) FROM acceptance)
  BEGIN SELECT RAISE(ABORT, 'an acceptance is the next one'); END;
CREATE TRIGGER acceptance_is_unchanged BEFORE UPDATE ON acceptance
  BEGIN SELECT RAISE(ABORT, 'an acceptance is never changed'); END;
CREATE TRIGGER acceptance_is_kept BEFORE DELETE ON acceptance
  BEGIN SELECT RAISE(ABORT, 'an acceptance is never deleted'); END;
CREATE INDEX sale_left_open ON sale (sequence) WHERE state = 'open' AND customer IS NOT NULL;
CREATE TRIGGER sale_is_closed_once BEFORE UPDATE ON sale
  WHEN OLD.state <> 'open' OR (NEW.state = 'open' AND OLD.customer IS NEW.customer)
  BEGIN SELECT RAISE(ABORT, 'a sale is closed once'); END;
CREATE TRIGGER sale_hears_of_its_customer BEFORE UPDATE ON sale
  WHEN OLD.customer IS NOT NEW.customer
    AND coalesce(OLD.customer, '') || '>' || coalesce(NEW.customer, '') NOT IN (
      '>asked', 'here>asked', 'asked>here',
      '>paid_otherwise', 'asked>paid_otherwise', 'here>paid_otherwise',
      '>gone', 'asked>gone', 'here>gone'
    )
  BEGIN SELECT RAISE(ABORT, 'where a customer is is said by the table'); END;
CREATE TRIGGER sale_is_paid_by_who_is_here BEFORE UPDATE ON sale
  WHEN (NEW.state = 'paid' AND NEW.customer IN ('asked', 'paid_otherwise', 'gone'))
    OR (NEW.state = 'open' AND NEW.customer IN ('paid_otherwise', 'gone'))
  BEGIN SELECT RAISE(ABORT, 'a sale is paid by a customer who is here'); END;
CREATE TRIGGER redemption_needs_an_open_sale BEFORE INSERT ON redemption
  WHEN (SELECT state <> 'open' OR customer IS 'asked' FROM sale WHERE id = NEW.sale_id)
  BEGIN SELECT RAISE(ABORT, 'the sale is closed'); END;
CREATE TRIGGER redemption_moves_by_the_table BEFORE UPDATE OF state ON redemption
  WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
    'prepared>inflight', 'prepared>abandoned',
    'inflight>approved', 'inflight>declined', 'inflight>reversing', 'inflight>attention',
    'approved>final', 'approved>reversing', 'approved>unclaimed',
    'final>reversing', 'final>attention',
    'reversing>reversed', 'reversing>reversed_unverified', 'reversing>attention',
    'unclaimed>final', 'unclaimed>resolved', 'attention>resolved'
  )
  BEGIN SELECT RAISE(ABORT, 'a redemption moves by the table of moves'); END;
CREATE TRIGGER redemption_pays_for_who_is_here BEFORE UPDATE OF state ON redemption
  WHEN NEW.state = 'final' AND OLD.state <> 'final' AND EXISTS (
    SELECT 1 FROM sale WHERE id = NEW.sale_id
      AND (customer IS 'asked' OR (OLD.state = 'unclaimed' AND customer IS NOT 'here')))
  BEGIN SELECT RAISE(ABORT, 'nobody said that the customer is here'); END;
COMMIT;
