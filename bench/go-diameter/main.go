// An S13 server as one would write it with go-diameter: equipment status from a map. It is a baseline of the bench.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"syscall"

	"github.com/fiorix/go-diameter/v4/diam"
	"github.com/fiorix/go-diameter/v4/diam/avp"
	"github.com/fiorix/go-diameter/v4/diam/datatype"
	"github.com/fiorix/go-diameter/v4/diam/sm"
)

const (
	vendor3GPP         = 10415
	applicationS13     = 16777252
	meIdentityCheck    = 324
	equipmentStatus    = 1445
	blacklisted        = 1
	noStateMaintained  = 1
	equipmentUnknown   = 5422
	firstBlockedDevice = 35_000_000_000_000
)

func main() {
	devices := flag.Int("devices", 100_000, "blocked devices in the map")
	flag.Parse()
	blocked := make(map[uint64]uint8, *devices)
	for i := 0; i < *devices; i++ {
		blocked[firstBlockedDevice+uint64(i)] = blacklisted
	}
	settings := &sm.Settings{
		OriginHost:      "eir.epc.test",
		OriginRealm:     "epc.test",
		VendorID:        vendor3GPP,
		ProductName:     "go-diameter",
		HostIPAddresses: []datatype.Address{datatype.Address(net.ParseIP("127.0.0.1"))},
	}
	machine := sm.New(settings)
	machine.HandleIdx(diam.CommandIndex{AppID: applicationS13, Code: meIdentityCheck, Request: true}, answer(settings, blocked))
	go func() {
		for report := range machine.ErrorReports() {
			fmt.Fprintln(os.Stderr, report)
		}
	}()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("{\"port\":%d}\n", listener.Addr().(*net.TCPAddr).Port)
	go tellUsage()
	log.Fatal(diam.Serve(listener, machine))
}

// tellUsage answers each line on standard input with the CPU time used, and ends the process with its input.
func tellUsage() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var usage syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
			log.Fatal(err)
		}
		micros := usage.Utime.Nano()/1000 + usage.Stime.Nano()/1000
		fmt.Printf("{\"cpuMicros\":%d}\n", micros)
	}
	os.Exit(0)
}

func answer(settings *sm.Settings, blocked map[uint64]uint8) diam.HandlerFunc {
	return func(connection diam.Conn, request *diam.Message) {
		var check struct {
			SessionID datatype.UTF8String `avp:"Session-Id"`
			Terminal  struct {
				IMEI datatype.UTF8String `avp:"IMEI"`
			} `avp:"Terminal-Information"`
		}
		if err := request.Unmarshal(&check); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		status, known := blocked[keyOf(string(check.Terminal.IMEI))]
		result := request.Answer(diam.Success)
		if !known {
			result = request.Answer(0)
			result.AVP = result.AVP[:0]
		}
		result.InsertAVP(diam.NewAVP(avp.SessionID, avp.Mbit, 0, check.SessionID))
		result.NewAVP(avp.VendorSpecificApplicationID, avp.Mbit, 0, &diam.GroupedAVP{AVP: []*diam.AVP{
			diam.NewAVP(avp.VendorID, avp.Mbit, 0, datatype.Unsigned32(vendor3GPP)),
			diam.NewAVP(avp.AuthApplicationID, avp.Mbit, 0, datatype.Unsigned32(applicationS13)),
		}})
		if !known {
			result.NewAVP(avp.ExperimentalResult, avp.Mbit, 0, &diam.GroupedAVP{AVP: []*diam.AVP{
				diam.NewAVP(avp.VendorID, avp.Mbit, 0, datatype.Unsigned32(vendor3GPP)),
				diam.NewAVP(avp.ExperimentalResultCode, avp.Mbit, 0, datatype.Unsigned32(equipmentUnknown)),
			}})
		}
		result.NewAVP(avp.AuthSessionState, avp.Mbit, 0, datatype.Enumerated(noStateMaintained))
		result.NewAVP(avp.OriginHost, avp.Mbit, 0, settings.OriginHost)
		result.NewAVP(avp.OriginRealm, avp.Mbit, 0, settings.OriginRealm)
		if known {
			result.NewAVP(equipmentStatus, avp.Mbit|avp.Vbit, vendor3GPP, datatype.Enumerated(status))
		}
		if _, err := result.WriteTo(connection); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// keyOf takes the first 14 digits.
func keyOf(imei string) uint64 {
	var key uint64
	for i := 0; i < len(imei) && i < 14; i++ {
		key = key*10 + uint64(imei[i]-'0')
	}
	return key
}
